import { assert } from '@ply/bytes'
import { parseWitnessProgram } from '@ply/primitives'
import { isPushOnly } from '../encoding/script.ts'
import { ScriptReader } from '../encoding/scriptReader.ts'
import { SCRIPT_VERIFY_P2SH, SCRIPT_VERIFY_WITNESS } from '../interpreter/flags.ts'
import { MAX_PUBKEYS_PER_MULTISIG } from '../limits.ts'
import {
  OP_1,
  OP_16,
  OP_CHECKMULTISIG,
  OP_CHECKMULTISIGVERIFY,
  OP_CHECKSIG,
  OP_CHECKSIGVERIFY,
  OP_INVALIDOPCODE,
} from '../opcode/opcodes.ts'
import { isP2sh } from '../template/patterns.ts'

/**
 * Signature operations of a script by counting opcodes, up to the first broken push. A multisig counts 20,
 * or with `accurate` its number of keys where that is written just before it.
 */
export function countSigops(script: Uint8Array, accurate: boolean): number {
  const reader = new ScriptReader(script)
  let count = 0
  let previous = OP_INVALIDOPCODE
  while (reader.next()) {
    const { opcode } = reader
    if (opcode === OP_CHECKSIG || opcode === OP_CHECKSIGVERIFY) {
      count++
    } else if (opcode === OP_CHECKMULTISIG || opcode === OP_CHECKMULTISIGVERIFY) {
      count += accurate && previous >= OP_1 && previous <= OP_16 ? previous - OP_1 + 1 : MAX_PUBKEYS_PER_MULTISIG
    }
    previous = opcode
  }
  return count
}

/** What a push-only script leaves on top: its redeem script. Undefined if it does more than push. */
function lastPush(scriptSig: Uint8Array): Uint8Array | undefined {
  if (!isPushOnly(scriptSig)) return undefined
  const reader = new ScriptReader(scriptSig)
  while (reader.next());
  return reader.data()
}

/** Signature operations in the redeem script (BIP 16); zero where the spent output is not P2SH. */
export function countP2shSigops(scriptSig: Uint8Array, scriptPubKey: Uint8Array): number {
  if (!isP2sh(scriptPubKey)) return 0
  const redeemScript = lastPush(scriptSig)
  return redeemScript ? countSigops(redeemScript, true) : 0
}

function countWitnessProgramSigops(script: Uint8Array, witness: readonly Uint8Array[]): number | undefined {
  const parsed = parseWitnessProgram(script)
  if (!parsed) return undefined
  if (parsed.version !== 0) return 0
  if (parsed.program.length === 20) return 1
  const witnessScript = witness[witness.length - 1]
  return parsed.program.length === 32 && witnessScript ? countSigops(witnessScript, true) : 0
}

/** Signature operations of a witness, native or inside P2SH (BIP 141); zero without the WITNESS flag. */
export function countWitnessSigops({
  scriptSig,
  scriptPubKey,
  witness,
  flags,
}: {
  readonly scriptSig: Uint8Array
  readonly scriptPubKey: Uint8Array
  readonly witness: readonly Uint8Array[]
  readonly flags: number
}): number {
  if ((flags & SCRIPT_VERIFY_WITNESS) === 0) return 0
  assert((flags & SCRIPT_VERIFY_P2SH) !== 0, 'WITNESS needs P2SH')
  const native = countWitnessProgramSigops(scriptPubKey, witness)
  if (native !== undefined) return native
  const redeemScript = isP2sh(scriptPubKey) ? lastPush(scriptSig) : undefined
  return (redeemScript && countWitnessProgramSigops(redeemScript, witness)) ?? 0
}
