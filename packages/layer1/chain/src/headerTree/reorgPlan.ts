import type { ActiveChain } from './activeChain.ts'
import type { BlockNode } from './blockNode.ts'

/** How to come from the active chain to another one. */
export interface ReorgPlan {
  /** Blocks to undo, the tip first. */
  readonly disconnect: readonly BlockNode[]
  /** Blocks to apply, the lowest first. */
  readonly connect: readonly BlockNode[]
  /** Where the two chains part; undefined before genesis is connected. */
  readonly fork: BlockNode | undefined
}

/** The way from the end of `active` to `target`. */
export function planReorg(active: ActiveChain, target: BlockNode): ReorgPlan {
  const fork = active.findFork(target)
  const disconnect: BlockNode[] = []
  for (let at = active.tip; at !== undefined && at !== fork; at = at.previous) disconnect.push(at)
  const connect: BlockNode[] = []
  for (let at: BlockNode | undefined = target; at !== undefined && at !== fork; at = at.previous) connect.push(at)
  return { disconnect, connect: connect.reverse(), fork }
}
