import { err, ok, type Result } from '@ply/bytes'
import { parseWitnessProgram, type Sats, sats } from '@ply/primitives'
import { type ChannelViolation, violation } from '../violation.ts'

/** True for a script that `shutdown` may name (BOLT 2): P2WPKH, P2WSH, and later witness versions if negotiated. */
export function isShutdownScript(script: Uint8Array, anySegwit: boolean): boolean {
  const witness = parseWitnessProgram(script)
  if (!witness) return false
  const { version, program } = witness
  return version === 0 ? program.length === 20 || program.length === 32 : anySegwit
}

/** Violation `invalid-shutdown-script`. */
export const checkShutdownScript = (script: Uint8Array, anySegwit: boolean): Result<void, ChannelViolation> =>
  isShutdownScript(script, anySegwit)
    ? ok(undefined)
    : err(violation('invalid-shutdown-script', `script of ${script.length} bytes has no allowed form`))

/** Bitcoin Core's dust threshold for an output with this script (BOLT 3, dust limits). */
export function computeDustThreshold(script: Uint8Array): Sats {
  const witness = parseWitnessProgram(script)
  if (!witness) return sats(546)
  if (witness.version !== 0) return sats(354)
  return sats(witness.program.length === 20 ? 294 : 330)
}
