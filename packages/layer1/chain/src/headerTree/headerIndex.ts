import type { BlockHash } from '@ply/primitives'
import type { BlockNode } from './blockNode.ts'

const FIRST_SLOTS = 1024

/**
 * Finds headers by their hash, and keeps them in the order in which they came. A table of numbers, probed one after
 * another: a map with a text for each hash takes six times the memory. Who wants two hashes to meet in it must grind
 * them, at the price of a block each.
 */
export class HeaderIndex {
  readonly #nodes: BlockNode[] = []
  /** Position in `#nodes` plus one; 0 where nothing is. At most half full. */
  #slots = new Uint32Array(FIRST_SLOTS)

  get size(): number {
    return this.#nodes.length
  }

  /** In the order in which they were added. */
  nodes(): IterableIterator<BlockNode> {
    return this.#nodes.values()
  }

  get(hash: BlockHash): BlockNode | undefined {
    const found = this.#slots[this.#slotOf(hash)]!
    return found === 0 ? undefined : this.#nodes[found - 1]
  }

  /** Adds a header that is not there yet. */
  add(node: BlockNode): void {
    this.#nodes.push(node)
    if (2 * this.#nodes.length > this.#slots.length) this.#grow()
    else this.#slots[this.#slotOf(node.hash)] = this.#nodes.length
  }

  /** Where the header with that hash stands, or the free slot for it. */
  #slotOf(hash: BlockHash): number {
    const mask = this.#slots.length - 1
    // The first bytes of a hash are those that its work left to chance.
    let slot = (hash[0]! | (hash[1]! << 8) | (hash[2]! << 16) | (hash[3]! << 24)) & mask
    for (;;) {
      const position = this.#slots[slot]!
      if (position === 0 || this.#nodes[position - 1]!.hasHash(hash)) return slot
      slot = (slot + 1) & mask
    }
  }

  #grow(): void {
    this.#slots = new Uint32Array(2 * this.#slots.length)
    this.#nodes.forEach(({ hash }, position) => {
      this.#slots[this.#slotOf(hash)] = position + 1
    })
  }
}
