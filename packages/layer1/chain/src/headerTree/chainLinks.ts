import type { BlockNode } from './blockNode.ts'

/** Counts the transactions of chains, as far as all blocks of them are there. */
export class ChainLinks {
  /** Blocks that wait for the block before them to be counted. */
  readonly #waiting = new Map<BlockNode, BlockNode[]>()

  /** Counts through `node`, which came, and all that waited for it; returns those it reached, in order. */
  add(node: BlockNode): BlockNode[] {
    if (node.transactionCount === 0) return []
    const { previous } = node
    if (previous !== undefined && previous.chainTransactionCount === 0) {
      const waiting = this.#waiting.get(previous) ?? []
      if (!waiting.includes(node)) waiting.push(node)
      this.#waiting.set(previous, waiting)
      return []
    }
    return this.#countFrom([node])
  }

  /** Takes the count up to and with `node` as known, whether or not the blocks are there; returns those that waited. */
  assume(node: BlockNode, chainTransactionCount: number): BlockNode[] {
    node.chainTransactionCount = chainTransactionCount
    return this.#countFrom(this.#take(node))
  }

  #take(node: BlockNode): BlockNode[] {
    const waiting = this.#waiting.get(node) ?? []
    this.#waiting.delete(node)
    return waiting
  }

  #countFrom(linked: BlockNode[]): BlockNode[] {
    for (const at of linked) {
      at.chainTransactionCount = at.transactionCount + (at.previous?.chainTransactionCount ?? 0)
      linked.push(...this.#take(at))
    }
    return linked
  }
}
