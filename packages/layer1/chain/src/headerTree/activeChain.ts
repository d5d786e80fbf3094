import { assert } from '@ply/bytes'
import type { BlockNode } from './blockNode.ts'

/** The chain that the coins stand for: its blocks by height. */
export class ActiveChain {
  readonly #blocks: BlockNode[] = []

  /** The last block; undefined before genesis is connected. */
  get tip(): BlockNode | undefined {
    return this.#blocks.at(-1)
  }

  /** -1 for the empty chain. */
  get height(): number {
    return this.#blocks.length - 1
  }

  at(height: number): BlockNode | undefined {
    return this.#blocks[height]
  }

  contains(node: BlockNode): boolean {
    return this.#blocks[node.height] === node
  }

  /** The block after `node`, if both are on this chain. */
  next(node: BlockNode): BlockNode | undefined {
    return this.contains(node) ? this.#blocks[node.height + 1] : undefined
  }

  /** The last block that this chain has in common with the one that ends at `node`. */
  findFork(node: BlockNode): BlockNode | undefined {
    let at = node.height > this.height ? node.ancestor(this.height) : node
    while (at !== undefined && !this.contains(at)) at = at.previous
    return at
  }

  /** Makes `tip` the last block: a child of the one so far, or any block with all its ancestors. */
  setTip(tip: BlockNode | undefined): void {
    if (tip === undefined) {
      this.#blocks.length = 0
      return
    }
    this.#blocks.length = Math.min(this.#blocks.length, tip.height + 1)
    const missing: BlockNode[] = []
    for (let at: BlockNode | undefined = tip; at !== undefined && !this.contains(at); at = at.previous) missing.push(at)
    for (const node of missing.reverse()) this.#blocks[node.height] = node
    assert(this.tip === tip, 'the active chain ends at its tip')
  }
}
