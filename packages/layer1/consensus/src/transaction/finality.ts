import { SEQUENCE_FINAL, type Transaction } from '@ply/primitives'
import { LOCKTIME_THRESHOLD } from '@ply/script'

/**
 * True if nLockTime lets `tx` into a block at `height`. `cutoff` is the time that stands against a time lock: the median
 * time past of the block before (BIP 113), or, before that rule, the block's own.
 */
export function isFinalTx(tx: Transaction, height: number, cutoff: number): boolean {
  if (tx.lockTime === 0) return true
  if (tx.lockTime < (tx.lockTime < LOCKTIME_THRESHOLD ? height : cutoff)) return true
  return tx.inputs.every((input) => input.sequence === SEQUENCE_FINAL)
}
