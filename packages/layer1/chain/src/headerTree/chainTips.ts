import type { ActiveChain } from './activeChain.ts'
import type { BlockNode } from './blockNode.ts'

/** What `getchaintips` calls the state of a branch. */
export type ChainTipStatus = 'active' | 'invalid' | 'headers-only' | 'valid-headers' | 'valid-fork'

export interface ChainTip {
  readonly node: BlockNode
  /** Blocks since the branch left the active chain. */
  readonly branchLength: number
  readonly status: ChainTipStatus
}

function tipStatus(node: BlockNode, active: ActiveChain): ChainTipStatus {
  if (active.contains(node)) return 'active'
  if (node.failed) return 'invalid'
  if (node.chainTransactionCount === 0) return 'headers-only'
  return node.validity === 'scripts' ? 'valid-fork' : 'valid-headers'
}

/** The ends of all known branches and the active tip, highest first. */
export function computeChainTips(nodes: Iterable<BlockNode>, active: ActiveChain): ChainTip[] {
  const outside = new Set<BlockNode>()
  for (const node of nodes) if (!active.contains(node)) outside.add(node)
  // The active tip first: it stays there among others of its height.
  const ends = new Set(active.tip === undefined ? outside : [active.tip, ...outside])
  for (const node of outside) if (node.previous !== active.tip) ends.delete(node.previous!)
  return [...ends]
    .sort((a, b) => b.height - a.height)
    .map((node) => ({
      node,
      branchLength: node.height - (active.findFork(node)?.height ?? 0),
      status: tipStatus(node, active),
    }))
}
