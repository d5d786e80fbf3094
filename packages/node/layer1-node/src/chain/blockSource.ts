import { assert, bytesToHex, equalBytes, ok, type Result } from '@ply/bytes'
import type { BlockNode } from '@ply/chain'
import { type BlockViolation, checkBlock, checkContextualBlock, formatViolation } from '@ply/consensus'
import { type Block, computeBlockHash, hashToDisplay, type NetworkParameters } from '@ply/primitives'
import { type BlockStore, DamagedDataError } from '../storage/blockStore.ts'

/** Blocks held in memory after they came: so many, and so many bytes of them, which as objects take ten times that. */
const RECENT_BLOCKS = 16
const RECENT_BYTES = 4_000_000

/** Stored blocks, the most recent ones without a look at the disk. */
export class BlockSource {
  readonly #blocks: BlockStore
  readonly #parameters: NetworkParameters
  /** Blocks that came a moment ago and passed every check, by hash in hex. */
  readonly #recent = new Map<string, { readonly block: Block; readonly size: number }>()
  #recentBytes = 0

  constructor(blocks: BlockStore, parameters: NetworkParameters) {
    this.#blocks = blocks
    this.#parameters = parameters
  }

  /** Keeps a block of `size` bytes at hand that passed `checkBlock` and `checkContextualBlock`. */
  remember(block: Block, size: number): void {
    this.#recent.set(bytesToHex(computeBlockHash(block.header)), { block, size })
    this.#recentBytes += size
    for (const [key, oldest] of this.#recent) {
      const fits = this.#recent.size <= RECENT_BLOCKS && this.#recentBytes <= RECENT_BYTES
      if (fits || this.#recent.size === 1) break
      this.#recent.delete(key)
      this.#recentBytes -= oldest.size
    }
  }

  /** A block that came a moment ago. */
  recall(node: BlockNode): Block | undefined {
    return this.#recent.get(bytesToHex(node.hash))?.block
  }

  #load(node: BlockNode, share = false): Promise<Block> {
    assert(node.data !== undefined, 'a block is read whose data is not there')
    return this.#blocks.readBlock(node.data, { share })
  }

  /** The block's transactions, from memory or from disk. */
  async read(node: BlockNode): Promise<Block> {
    return this.recall(node) ?? (await this.#load(node))
  }

  /**
   * The block, which follows one that is connected, with every rule checked that needs no coins: what comes from disk may
   * have changed there, or have been stored under other rules. Rejects with {@link DamagedDataError} where it is not the
   * block that its header commits to; then nothing is said about that block.
   */
  async readChecked(
    node: BlockNode,
  ): Promise<{ readonly block: Block; readonly checked: Result<undefined, BlockViolation> }> {
    const recent = this.recall(node)
    if (recent || !node.previous) return { block: recent ?? (await this.#load(node)), checked: ok(undefined) }
    // Nobody keeps these inputs for long: their coins are gone.
    const block = await this.#load(node, true)
    const whole = equalBytes(computeBlockHash(block.header), node.hash)
      ? checkBlock(block, this.#parameters)
      : undefined
    const checked = whole?.ok ? checkContextualBlock(block, node.previous, this.#parameters) : whole
    if (checked && (checked.ok || checked.error.failure !== 'mutated')) return { block, checked }
    const reason = checked ? formatViolation(checked.error) : 'another block stands in its place'
    throw new DamagedDataError(`stored block ${hashToDisplay(node.hash)}: ${reason}`)
  }
}
