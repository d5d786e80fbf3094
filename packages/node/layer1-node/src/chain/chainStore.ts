import { type BlockNode, createIndexOps, type HeaderTree } from '@ply/chain'
import type { Clock, Store, StoreOp } from '@ply/ports'
import type { BlockStore } from '../storage/blockStore.ts'
import type { Chainstate } from './chainstate.ts'
import { TIP_HINT_KEY } from './loadTree.ts'

export interface ChainStoreFields {
  /** The coins as of the active tip. */
  readonly current: Chainstate
  /** The coins as of the end of a history that is still being checked. */
  readonly history?: Chainstate | undefined
  /** Headers, and which chain is the active one. */
  readonly index: Store
  readonly blocks: BlockStore
  readonly tree: HeaderTree
  readonly clock: Clock
  /** Bytes of memory that coins may take before they are written (`-dbcache`). */
  readonly coinsCacheBytes?: number
}

/** Coins that may differ from the store before they are written. */
const MAX_DIRTY_COINS = 200_000
/** Of coins, those of the set that many blocks spend soon included. */
const DEFAULT_COINS_CACHE_BYTES = 64_000_000
const FLUSH_INTERVAL_MS = 5 * 60_000
/** Of the index alone: what it misses is read again from the block files, and undo data made again. */
const INDEX_INTERVAL_MS = 1000

/**
 * When what about the chain is written. Blocks are with the operating system before this hears of them, so that index
 * and coins may lag behind: after a crash the end of the block files says what they miss. What no block says, as that
 * one was declared invalid, is written at once.
 */
export class ChainStore {
  readonly #index: Store
  readonly #blocks: BlockStore
  readonly #tree: HeaderTree
  readonly #clock: Clock
  /** Bytes of memory that all coins may take. */
  readonly #coinsCacheBytes: number
  #current: Chainstate
  #history: Chainstate | undefined
  #lastFlush: number
  #lastIndex: number
  /** The block that the index names as the tip, or as what becomes the tip next. */
  #writtenTarget: BlockNode | undefined

  constructor(fields: ChainStoreFields) {
    this.#current = fields.current
    this.#history = fields.history
    this.#index = fields.index
    this.#blocks = fields.blocks
    this.#tree = fields.tree
    this.#clock = fields.clock
    this.#coinsCacheBytes = fields.coinsCacheBytes ?? DEFAULT_COINS_CACHE_BYTES
    this.#lastFlush = this.#lastIndex = fields.clock.now()
  }

  /** The coins as of the active tip. */
  get current(): Chainstate {
    return this.#current
  }

  /** Goes on with other coins, while a history is checked with those so far, in the same store. */
  adopt(current: Chainstate, history: Chainstate): void {
    this.#history = history
    this.#current = current
  }

  /** The history was checked: its coins are of no use any more. */
  retireHistory(): void {
    this.#history?.coins.clear()
    this.#history = undefined
  }

  get #states(): readonly Chainstate[] {
    return this.#history ? [this.#history, this.#current] : [this.#current]
  }

  /** Bytes of memory that the coins as of one tip may take. */
  get coinsCacheBytes(): number {
    return Math.floor(this.#coinsCacheBytes / this.#states.length)
  }

  /** Writes what changed about headers, and which chain is the active one. */
  async writeIndex(): Promise<void> {
    const ops = [...this.#indexOps()]
    if (ops.length > 0) await this.#index.batch(ops)
    this.#lastIndex = this.#clock.now()
  }

  /** The same, unless it was done a moment ago. */
  async writeIndexIfDue(): Promise<void> {
    if (this.#clock.now() - this.#lastIndex > INDEX_INTERVAL_MS) await this.writeIndex()
  }

  *#indexOps(): Iterable<StoreOp> {
    yield* createIndexOps(this.#tree.takeDirty())
    // On the way there, entries of its rivals are written too: none of them must win after a crash.
    const target = this.#tree.mostWork() ?? this.#tree.active.tip
    if (target && target !== this.#writtenTarget) yield { type: 'put', key: TIP_HINT_KEY, value: target.hash }
    this.#writtenTarget = target
  }

  /** Writes what is due after a tip moved, so that memory holds no more than it should. */
  async tipMoved(): Promise<void> {
    const limit = this.coinsCacheBytes
    const full = this.#states.filter(({ coins }) => coins.bytes > limit)
    const isDue = this.#clock.now() - this.#lastFlush > FLUSH_INTERVAL_MS
    const isDirty = this.#states.some(({ coins }) => coins.dirtyCount > MAX_DIRTY_COINS)
    if (isDue || full.length > 0 || isDirty) await this.flush()
    else await this.writeIndexIfDue()
    // By half, so that the next blocks find room without a look at every coin.
    for (const { coins } of full) coins.evict(limit / 2)
  }

  /** Makes the stores equal to what is in memory, safe from a power cut. */
  async flush(): Promise<void> {
    if (!this.#tree.active.tip) return
    await this.#blocks.sync()
    // The index comes first: it may be ahead of the coins, but knows every block that they stand for.
    await this.#index.batch([...this.#indexOps()], { sync: true })
    for (const state of this.#states) await state.write()
    this.#lastFlush = this.#lastIndex = this.#clock.now()
  }
}
