import type { ActiveChain } from './activeChain.ts'
import { type BlockNode, compareByWork } from './blockNode.ts'

/** Blocks that could become the tip: connectable, and no worse than the tip there is. */
export class Candidates {
  readonly #active: ActiveChain
  readonly #nodes = new Set<BlockNode>()
  /** Where every candidate must lead through; anywhere while undefined. To be followed by {@link rebuild}. */
  root: BlockNode | undefined

  constructor(active: ActiveChain) {
    this.#active = active
  }

  /** The tip, or where it was declared invalid the last block of the active chain that was not. */
  #validTip(): BlockNode | undefined {
    let tip = this.#active.tip
    while (tip?.failed === true) tip = tip.previous
    return tip
  }

  /** Takes `node` in if it is good enough. */
  consider(node: BlockNode): void {
    if (this.root && node.ancestor(this.root.height) !== this.root) return
    const tip = this.#validTip()
    if (node.isConnectable && (tip === undefined || compareByWork(node, tip) >= 0)) this.#nodes.add(node)
  }

  /** Drops what the tip has left behind. */
  prune(): void {
    const tip = this.#validTip()
    if (tip === undefined) return
    for (const node of this.#nodes) if (compareByWork(node, tip) < 0) this.#nodes.delete(node)
  }

  /** Starts over from all nodes: after marks of invalidity came or went. */
  rebuild(nodes: Iterable<BlockNode>): void {
    this.#nodes.clear()
    for (const node of nodes) this.consider(node)
  }

  /** The best candidate whose blocks since the active chain are all at hand. */
  best(): BlockNode | undefined {
    for (;;) {
      let best: BlockNode | undefined
      for (const node of this.#nodes) if (best === undefined || compareByWork(node, best) > 0) best = node
      if (best === undefined || this.#isReachable(best)) return best
      this.#nodes.delete(best)
    }
  }

  /** False where a block on the way is invalid or its data was pruned. */
  #isReachable(node: BlockNode): boolean {
    if (node.failed) return false
    for (let at: BlockNode | undefined = node; at !== undefined && !this.#active.contains(at); at = at.previous) {
      if (at.failed || at.data === undefined) return false
    }
    return true
  }
}
