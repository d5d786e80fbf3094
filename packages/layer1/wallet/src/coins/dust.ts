import { compactSizeLength } from '@ply/bytes'
import { parseWitnessProgram } from '@ply/primitives'

/** Bitcoin Core's default -dustrelayfee, in satoshi per 1000 vbytes. */
export const DUST_RELAY_FEE_RATE = 3000n

const OP_RETURN = 0x6a
/** Virtual size of an input that spends a witness program, and any other output. */
const WITNESS_SPEND_SIZE = 67
const LEGACY_SPEND_SIZE = 148

/** The least value that an output may have to be relayed: what spending it would cost (Bitcoin Core's policy). */
export function computeDustThreshold(scriptPubKey: Uint8Array, feeRate: bigint = DUST_RELAY_FEE_RATE): bigint {
  if (scriptPubKey[0] === OP_RETURN) return 0n
  const spend = parseWitnessProgram(scriptPubKey) ? WITNESS_SPEND_SIZE : LEGACY_SPEND_SIZE
  const size = 8 + compactSizeLength(scriptPubKey.length) + scriptPubKey.length + spend
  return (BigInt(size) * feeRate) / 1000n
}
