import type { Entropy } from '@ply/ports'
import { randomBelow } from '../coins/shuffle.ts'

/**
 * Anti-fee-sniping: a lock time at the tip lets the payment stand only in the next block, so that a miner gains
 * nothing by mining the last block again. One time in ten up to 99 blocks lower, so that transactions which were
 * held back look no different (as Bitcoin Core's wallet does).
 */
export function computeAntiFeeSnipingLockTime(tipHeight: number, entropy: Entropy): number {
  if (tipHeight <= 0) return 0
  if (randomBelow(entropy, 10) !== 0) return tipHeight
  return Math.max(0, tipHeight - randomBelow(entropy, 100))
}
