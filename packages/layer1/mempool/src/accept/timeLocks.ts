import {
  areSequenceLocksMet,
  type ChainHeader,
  type CoinsView,
  computeMedianTimePast,
  computeSequenceLocks,
  isFinalTx,
} from '@ply/consensus'
import type { Transaction } from '@ply/primitives'

/** True if nLockTime lets a block after `tip` hold the transaction (BIP 113). */
export function isFinalAfter(tx: Transaction, tip: ChainHeader): boolean {
  return isFinalTx(tx, tip.height + 1, computeMedianTimePast(tip))
}

/** True if the relative locks of BIP 68 do, too. All inputs must exist in `coins`. */
export function areSequenceLocksMetAfter(tx: Transaction, tip: ChainHeader, coins: CoinsView): boolean {
  const heights = tx.inputs.map((input) => coins.get(input.prevout)?.height ?? tip.height + 1)
  return areSequenceLocksMet(computeSequenceLocks(tx, heights, tip), tip)
}
