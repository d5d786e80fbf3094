import { type ChainHeader, computeBlockWork, findAncestor, skipHeight, type SkipLinked } from '@ply/consensus'
import type { BlobLocation } from '@ply/ports'
import { type BlockHash, type BlockHeader, computeBlockHash, ZERO_HASH } from '@ply/primitives'
import { HASH_LENGTH, HashSlab } from './hashSlab.ts'

/** How far a block was checked: its header in its chain, its transactions alone, or its scripts against the coins. */
export type BlockValidity = 'tree' | 'transactions' | 'scripts'

/** Sequence ids order blocks of equal work; those that a node finds on its disk share these two. */
export const SEQUENCE_BEST_CHAIN_FROM_DISK = 0
export const SEQUENCE_FROM_DISK = 1

/** A block that we know the header of. Its place never changes; what is known about it does, through `HeaderTree`. */
export class BlockNode implements ChainHeader, SkipLinked<BlockNode> {
  readonly height: number
  readonly version: number
  readonly time: number
  readonly bits: number
  readonly nonce: number
  readonly previous: BlockNode | undefined
  readonly skip: BlockNode | undefined
  /** Work of the chain that ends here. */
  readonly chainWork: bigint
  /** The latest time of any block up to this one. */
  readonly timeMax: number
  readonly #hashes: Uint8Array
  readonly #offset: number

  validity: BlockValidity = 'tree'
  /** The block, or one before it, broke a rule or was declared invalid by hand. */
  failed = false
  /** Order in which blocks became connectable; lower wins among equal work, `preciousblock` goes below zero. */
  sequenceId = SEQUENCE_FROM_DISK
  /** Where the block lies; undefined while only the header is known. */
  data: BlobLocation | undefined = undefined
  undo: BlobLocation | undefined = undefined
  /** Transactions in the block; 0 while unknown. */
  transactionCount = 0
  /** Transactions up to and with this block; 0 while any block on the way is missing. */
  chainTransactionCount = 0

  /** The hashes go into `slab`, which the nodes of a tree share. */
  constructor(header: BlockHeader, previous: BlockNode | undefined, slab = new HashSlab(1)) {
    const { bytes, offset } = slab.add(computeBlockHash(header), header.merkleRoot)
    this.#hashes = bytes
    this.#offset = offset
    this.height = previous === undefined ? 0 : previous.height + 1
    this.version = header.version
    this.time = header.time
    this.bits = header.bits
    this.nonce = header.nonce
    this.previous = previous
    this.skip = previous?.ancestor(skipHeight(this.height))
    this.chainWork = (previous?.chainWork ?? 0n) + computeBlockWork(header.bits)
    this.timeMax = Math.max(previous?.timeMax ?? 0, header.time)
  }

  get hash(): BlockHash {
    return this.#hashes.subarray(this.#offset, this.#offset + HASH_LENGTH) as BlockHash
  }

  get merkleRoot(): Uint8Array {
    const begin = this.#offset + HASH_LENGTH
    return this.#hashes.subarray(begin, begin + HASH_LENGTH)
  }

  hasHash(hash: BlockHash): boolean {
    for (let i = 0; i < HASH_LENGTH; i++) if (this.#hashes[this.#offset + i] !== hash[i]) return false
    return true
  }

  /** The header, put together again: nodes keep no second copy of their parent's hash. */
  get header(): BlockHeader {
    return {
      version: this.version,
      previousBlockHash: this.previous?.hash ?? (ZERO_HASH as BlockHash),
      merkleRoot: this.merkleRoot,
      time: this.time,
      bits: this.bits,
      nonce: this.nonce,
    }
  }

  /** True if the block and all before it have arrived and passed the rules that need no coins. */
  get isConnectable(): boolean {
    return !this.failed && this.validity !== 'tree' && this.chainTransactionCount > 0
  }

  ancestor(height: number): BlockNode | undefined {
    return findAncestor<BlockNode>(this, height)
  }
}

/** Order of preference between two chains: more work, then the earlier sequence id. Positive if `a` is better. */
export function compareByWork(a: BlockNode, b: BlockNode): number {
  if (a.chainWork !== b.chainWork) return a.chainWork > b.chainWork ? 1 : -1
  return b.sequenceId - a.sequenceId
}
