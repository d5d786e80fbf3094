import { assert } from '@ply/bytes'
import type { Transaction } from '@ply/primitives'
import { SEQUENCE_LOCKTIME_DISABLE_FLAG, SEQUENCE_LOCKTIME_MASK, SEQUENCE_LOCKTIME_TYPE_FLAG } from '@ply/script'
import type { ChainHeader } from '../header/chainHeader.ts'
import { computeMedianTimePast } from '../header/medianTimePast.ts'

/** BIP 68: time locks count units of 2⁹ seconds. */
const SEQUENCE_LOCKTIME_GRANULARITY = 9

/** The last height and the last median time past at which a transaction is still locked; -1 where it is not. */
export interface SequenceLocks {
  readonly height: number
  readonly time: number
}

/**
 * BIP 68: the relative locks of a transaction whose inputs were created at `coinHeights`, for a block after `previous`.
 */
export function computeSequenceLocks(
  tx: Transaction,
  coinHeights: readonly number[],
  previous: ChainHeader,
): SequenceLocks {
  let height = -1
  let time = -1
  if (tx.version < 2) return { height, time }
  tx.inputs.forEach(({ sequence }, i) => {
    if ((sequence & SEQUENCE_LOCKTIME_DISABLE_FLAG) !== 0) return
    const coinHeight = coinHeights[i]!
    const value = sequence & SEQUENCE_LOCKTIME_MASK
    if ((sequence & SEQUENCE_LOCKTIME_TYPE_FLAG) !== 0) {
      // The clock starts at the smallest time that the coin's block could have had: the median before it.
      const before = previous.ancestor(Math.max(coinHeight - 1, 0))
      assert(before !== undefined, 'a coin is younger than the block that spends it')
      time = Math.max(time, computeMedianTimePast(before) + value * 2 ** SEQUENCE_LOCKTIME_GRANULARITY - 1)
    } else {
      height = Math.max(height, coinHeight + value - 1)
    }
  })
  return { height, time }
}

/** True if a block after `previous` may hold a transaction with these locks. */
export function areSequenceLocksMet(locks: SequenceLocks, previous: ChainHeader): boolean {
  if (locks.height >= previous.height + 1) return false
  return locks.time < 0 || locks.time < computeMedianTimePast(previous)
}
