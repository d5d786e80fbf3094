import type { BlockNode } from '@ply/chain'
import type { ChainManager } from './chainManager.ts'

/** A block so close to now is recent: what is missing counts by height then. */
const RECENT = 2 * 3600

/** How much of the chain's transactions `tip` has, from 0 to 1: an estimate from how fast they came so far. */
export function guessVerificationProgress({ clock, parameters, tree }: ChainManager, tip: BlockNode): number {
  const { time, count, perSecond } = parameters.transactionRate
  const verified = tip.chainTransactionCount
  const now = Math.floor(clock.now() / 1000)
  const missing = tree.bestHeader.height - tip.height
  const isRecent = Math.abs(now - tip.time) <= RECENT && missing >= 0
  const tipTime = isRecent ? now - missing * parameters.consensus.powTargetSpacing : tip.time
  const expected = verified <= count ? count + (now - time) * perSecond : verified + (now - tipTime) * perSecond
  return Math.min(verified / expected, 1)
}
