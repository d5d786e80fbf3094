import { compactSizeLength } from '@ply/bytes'
import { parseWitnessProgram, type Transaction, type TxOutput } from '@ply/primitives'
import { isUnspendable } from '@ply/script'
import { computeFee } from './feeRate.ts'

/** Bytes of the input that spends a typical output, with its signature; the witness counts a quarter. */
const SPENDING_INPUT = 32 + 4 + 1 + 107 + 4
const SPENDING_WITNESS_INPUT = 32 + 4 + 1 + Math.floor(107 / 4) + 4

/** The least value at which spending the output costs no more than it brings, at `feeRate`. */
export function computeDustThreshold({ scriptPubKey }: TxOutput, feeRate: bigint): bigint {
  if (isUnspendable(scriptPubKey)) return 0n
  const size = 8 + compactSizeLength(scriptPubKey.length) + scriptPubKey.length
  const input = parseWitnessProgram(scriptPubKey) ? SPENDING_WITNESS_INPUT : SPENDING_INPUT
  return computeFee(feeRate, size + input)
}

/** Indices of the outputs that are worth less than spending them costs. */
export function findDust(tx: Transaction, feeRate: bigint): number[] {
  return tx.outputs.flatMap((output, i) => (output.value < computeDustThreshold(output, feeRate) ? [i] : []))
}
