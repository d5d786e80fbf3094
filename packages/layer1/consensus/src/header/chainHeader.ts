import { type BlockHash, type BlockHeader, computeBlockHash } from '@ply/primitives'

/** A header and its place in a chain: everything that rules want to know of the past. */
export interface ChainHeader {
  readonly hash: BlockHash
  readonly height: number
  readonly version: number
  readonly time: number
  readonly bits: number
  /** Undefined for the genesis block only. */
  readonly previous: ChainHeader | undefined
  /** The block at `height` on the chain that ends here, itself included; undefined above it or below zero. */
  ancestor(height: number): ChainHeader | undefined
}

/** A node of a chain with a pointer far back beside the one to its parent. */
export interface SkipLinked<Node> {
  readonly height: number
  readonly previous: Node | undefined
  readonly skip: Node | undefined
}

const clearLowestOne = (n: number): number => n & (n - 1)

/** Where the skip pointer of the block at `height` leads: spread so that any ancestor is O(log n) steps away. */
export function skipHeight(height: number): number {
  if (height < 2) return 0
  return (height & 1) === 1 ? clearLowestOne(clearLowestOne(height - 1)) + 1 : clearLowestOne(height)
}

/** The ancestor of `from` at `height` (itself where equal), or undefined outside [0, its own height]. */
export function findAncestor<Node extends SkipLinked<Node>>(from: Node, height: number): Node | undefined {
  if (height > from.height || height < 0) return undefined
  let node: Node | undefined = from
  while (node !== undefined && node.height !== height) {
    const target: number = skipHeight(node.height)
    const targetBefore: number = skipHeight(node.height - 1)
    // The parent's own skip pointer may be the better one: take ours only where it is not.
    const better: boolean =
      target === height || (target > height && !(targetBefore < target - 2 && targetBefore >= height))
    node = node.skip !== undefined && better ? node.skip : node.previous
  }
  return node
}

/** A {@link ChainHeader} that holds its parent: a chain of headers without an index around it. */
export class LinkedHeader implements ChainHeader {
  readonly hash: BlockHash
  readonly height: number
  readonly version: number
  readonly time: number
  readonly bits: number
  readonly previous: LinkedHeader | undefined
  readonly skip: LinkedHeader | undefined

  /** A genesis block where `previous` is undefined, or at `height` the first known header of a part of a chain. */
  constructor(header: BlockHeader, previous: LinkedHeader | undefined, height = (previous?.height ?? -1) + 1) {
    this.hash = computeBlockHash(header)
    this.height = height
    this.version = header.version
    this.time = header.time
    this.bits = header.bits
    this.previous = previous
    this.skip = previous?.ancestor(skipHeight(height))
  }

  ancestor(height: number): LinkedHeader | undefined {
    return findAncestor<LinkedHeader>(this, height)
  }
}
