import type { BlockNode } from '@ply/chain'
import type { NodeWallet } from '../nodeWallet.ts'

/** True if a block between two heights is not on disk any more, or not yet. */
export function lacksBlocks({ node }: NodeWallet, from: number, to = Infinity): boolean {
  const { active } = node.chain
  for (let at = active.at(to) ?? active.tip; at && at.height >= from; at = at.previous) if (!at.data) return true
  return false
}

/** The lowest height, from `lowest` on, behind which all blocks up to `tip` are on disk. */
export function firstOnDisk(tip: BlockNode, lowest: number): number {
  let at = tip
  while (at.height > lowest && at.previous?.data) at = at.previous
  return at.height
}

/** Why blocks are missing: they were deleted, they lie under a snapshot and are still to come, or nobody knows. */
export function whyMissing({ node: { chain } }: NodeWallet): 'pruned' | 'assumeutxo' | 'unknown' {
  if (chain.pruned) {
    for (let at = chain.active.tip; at; at = at.previous) if (!at.data && at.transactionCount > 0) return 'pruned'
  }
  return chain.snapshotBase ? 'assumeutxo' : 'unknown'
}
