import { type BlockNode, CoinsCache, createIndexOps, createTipOp, type HeaderTree } from '@ply/chain'
import type { Clock, Store, StoreOp } from '@ply/ports'
import type { OutPoint } from '@ply/primitives'
import type { BlockStore } from '../storage/blockStore.ts'
import { loadCoins } from './loadCoins.ts'
import { TIP_HINT_KEY } from './loadTree.ts'

export interface ChainStoreFields {
  /** Coins and the tip they belong to. */
  readonly store: Store
  /** Headers, and which chain is the active one; in the store of the coins by default. */
  readonly index?: Store
  readonly blocks: BlockStore
  readonly tree: HeaderTree
  readonly clock: Clock
  /** Bytes of memory that coins may take before they are written (`-dbcache`). */
  readonly coinsCacheBytes?: number
  /** Reads of coins at the same time; one by default. */
  readonly coinReaders?: number
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
  readonly coins = new CoinsCache()
  readonly #store: Store
  readonly #index: Store
  readonly #blocks: BlockStore
  readonly #tree: HeaderTree
  readonly #clock: Clock
  /** Bytes of memory that coins may take. */
  readonly coinsCacheBytes: number
  readonly #coinReaders: number | undefined
  #lastFlush: number
  #lastIndex: number
  /** The block that the index names as the tip, or as what becomes the tip next. */
  #writtenTarget: BlockNode | undefined

  constructor(fields: ChainStoreFields) {
    this.#store = fields.store
    this.#index = fields.index ?? fields.store
    this.#blocks = fields.blocks
    this.#tree = fields.tree
    this.#clock = fields.clock
    this.#coinReaders = fields.coinReaders
    this.coinsCacheBytes = fields.coinsCacheBytes ?? DEFAULT_COINS_CACHE_BYTES
    this.#lastFlush = this.#lastIndex = fields.clock.now()
  }

  /** Makes the coins of these outpoints readable in {@link coins}. */
  readonly loadCoins = (outpoints: readonly OutPoint[]): Promise<void> =>
    loadCoins(this.coins, this.#store, outpoints, this.#coinReaders)

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

  /** Writes what is due after the tip moved, so that memory holds no more than it should. */
  async tipMoved(): Promise<void> {
    const isFull = this.coins.bytes > this.coinsCacheBytes
    const isDue = this.#clock.now() - this.#lastFlush > FLUSH_INTERVAL_MS
    if (isDue || isFull || this.coins.dirtyCount > MAX_DIRTY_COINS) await this.flush()
    else await this.writeIndexIfDue()
    // By half, so that the next blocks find room without a look at every coin.
    if (isFull) this.coins.evict(this.coinsCacheBytes / 2)
  }

  /** Makes the store equal to what is in memory, safe from a power cut. */
  async flush(): Promise<void> {
    if (!this.#tree.active.tip) return
    await this.#blocks.sync()
    // The index comes first: it may be ahead of the coins, but knows every block that they stand for.
    await this.#index.batch([...this.#indexOps()], { sync: true })
    await this.#store.batch(this.#flushOps(this.#tree.active.tip), { sync: true })
    this.#lastFlush = this.#lastIndex = this.#clock.now()
  }

  /** The coins and the tip that they belong to: one batch, so that they always do. */
  *#flushOps(tip: BlockNode): Iterable<StoreOp> {
    yield* this.coins.flush()
    yield createTipOp(tip.hash)
  }
}
