import type { BlockNode } from '@ply/chain'
import type { Logger, Store, StoreOp } from '@ply/ports'
import type { BlockHash } from '@ply/primitives'
import type { ChainManager } from '../chain/chainManager.ts'
import type { ConnectedBlock } from '../chain/chainListener.ts'
import { logTask } from '../logTask.ts'
import { SerialQueue } from '../serialQueue.ts'

/** Something that is known about every block of the active chain. What it knew of blocks that left it may keep. */
export interface ChainIndex {
  readonly name: string
  /** Bitcoin Core's name of the thread that keeps it. */
  readonly thread: string
  /** What to write of the block after the best one, or of the genesis block: all that was there before is void then. */
  add(connected: ConnectedBlock): readonly StoreOp[] | Promise<readonly StoreOp[]>
  /**
   * What to write where the blocks after `to` left the active chain, which come last one first: for an index that does not
   * keep what it knew of them.
   */
  rewind?(to: BlockNode, left: AsyncIterable<ConnectedBlock>): Promise<readonly StoreOp[]>
}

export interface IndexSyncFields {
  readonly chain: ChainManager
  /** Where the index is kept; closed with {@link IndexSync.close}. */
  readonly store: Store
  readonly logger: Logger
}

/** `B`: the hash of the block up to which everything is in the index. */
const BEST_KEY = Uint8Array.of(0x42)

/** So many blocks take no time worth mentioning. */
const FEW_BLOCKS = 100
/** Blocks that may wait for their turn. */
const MAX_WAITING = 16

/**
 * Keeps an index in step with the active chain: at first in the background, from the stored blocks. What left the chain
 * stays in the index until other blocks take its place.
 */
export class IndexSync {
  readonly #index: ChainIndex
  readonly #chain: ChainManager
  readonly #store: Store
  readonly #logger: Logger
  readonly #work = new SerialQueue()
  #best: BlockNode | undefined
  #synced = false
  #stopped = false
  #failed = false
  #unsubscribe: () => void = () => undefined
  #wake: () => void = () => undefined
  #caughtUp: Promise<void> = Promise.resolve()

  private constructor(index: ChainIndex, { chain, store, logger }: IndexSyncFields) {
    this.#index = index
    this.#chain = chain
    this.#store = store
    this.#logger = logger
  }

  /** Finds where the index ended. It stands still until {@link start}. */
  static async open(index: ChainIndex, fields: IndexSyncFields): Promise<IndexSync> {
    const sync = new IndexSync(index, fields)
    const hash = await fields.store.get(BEST_KEY)
    const best = hash && fields.chain.find(hash as BlockHash)
    // After a power cut, blocks may be gone that the index had: it cannot go back from them.
    if (best && !sync.#isLost(best)) sync.#setBest(best)
    return sync
  }

  /** Goes on from there. Nobody waits for it to catch up, unless it is done in a moment. */
  async start(): Promise<void> {
    logTask(this.#logger, this.#index.thread)
    const isNear = this.#chain.tip.height - this.bestHeight <= FEW_BLOCKS
    this.#caughtUp = this.#catchUp().catch((error: unknown) => this.#fail(error))
    if (isNear && !this.#chain.history) await this.#caughtUp
  }

  /** True once the index hears of every block as it joins the active chain. */
  get synced(): boolean {
    return this.#synced
  }

  /** Resolves when the index need not catch up any more. */
  get caughtUp(): Promise<void> {
    return this.#caughtUp
  }

  /** Height of the last block in the index; 0 before there is any. */
  get bestHeight(): number {
    return this.#best?.height ?? 0
  }

  /** The last block in the index. */
  get best(): BlockNode | undefined {
    return this.#best
  }

  /** The last block that index and active chain share; the genesis block before there is any. */
  get fork(): BlockNode {
    return (this.#best && this.#chain.tree.active.findFork(this.#best)) ?? this.#chain.tree.genesis
  }

  #isLost(best: BlockNode): boolean {
    for (let at = best; !this.#chain.tree.active.contains(at); at = at.previous!) {
      if (!at.data || !at.undo) return true
    }
    return false
  }

  async #catchUp(): Promise<void> {
    this.#logger.log('info', `${this.#index.name} is catching up on block notifications`, { height: this.bestHeight })
    while (!this.#stopped && !this.#synced) {
      while (!this.#stopped && (await this.#step())) continue
      // The last blocks while no further ones come.
      const later = await this.#chain.exclusive(async () => {
        while (!this.#stopped && (await this.#step())) continue
        if (this.#stopped) return undefined
        if (this.#next) return { moved: this.#historyMoved() }
        this.#follow()
        return undefined
      })
      await later?.moved
    }
  }

  /** Hears of every block from now on. */
  #follow(): void {
    this.#unsubscribe = this.#chain.subscribe({
      blockConnected: (connected) => this.#later(() => this.#add(connected)),
      // There are blocks now that the index has not seen.
      coinsAdopted: () => {
        this.#unsubscribe()
        this.#synced = false
        this.#caughtUp = this.#work
          .drain()
          .then(() => this.#catchUp())
          .catch((error: unknown) => this.#fail(error))
      },
    })
    this.#synced = true
    this.#logger.log('info', `${this.#index.name} is enabled at height ${this.bestHeight}`)
  }

  /** Resolves when another block under coins that came from somewhere else was checked, or the index is closed. */
  #historyMoved(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
      const unsubscribe = this.#chain.subscribe({
        historyChecked: () => {
          unsubscribe()
          resolve()
        },
      })
    })
  }

  /** Does the work in its turn. The chain waits only for an index that is far behind: what waits is held in memory. */
  #later(task: () => Promise<void>): void | Promise<void> {
    const done = this.#work.run(async () => {
      if (!this.#failed) await task().catch((error: unknown) => this.#fail(error))
    })
    return this.#work.size > MAX_WAITING ? done : undefined
  }

  /** What comes after a block that is missing from the index would not be right: it stays where it is. */
  #fail(error: unknown): void {
    this.#failed = true
    this.#synced = false
    this.#unsubscribe()
    this.#logger.log('error', `the ${this.#index.name} cannot go on`, { error })
  }

  /** Resolves when what the chain told so far is in the index, once it has caught up. */
  settled(): Promise<void> {
    return this.#work.drain()
  }

  /** The first block of the active chain that is not in the index. */
  get #next(): BlockNode | undefined {
    const { active } = this.#chain.tree
    const fork = this.#best && active.findFork(this.#best)
    return active.at((fork?.height ?? -1) + 1)
  }

  /** False if the index has all of the active chain that was checked. */
  async #step(): Promise<boolean> {
    const node = this.#next
    if (!node || this.#isUnchecked(node)) return false
    await this.#add(await this.#read(node))
    return true
  }

  /** True for a block under coins that came from somewhere else: what it spent is not known yet. */
  #isUnchecked(node: BlockNode): boolean {
    const { history } = this.#chain
    return history !== undefined && node.height <= history.base.height && history.tip.ancestor(node.height) !== node
  }

  async #read(node: BlockNode): Promise<ConnectedBlock> {
    const block = await this.#chain.readBlock(node)
    const undo = await this.#chain.readUndo(node)
    if (!undo) throw new Error(`no undo data at height ${node.height}`)
    return { node, block, undo }
  }

  async #add(connected: ConnectedBlock): Promise<void> {
    const { previous } = connected.node
    if (this.#best !== previous && this.#best && previous) {
      const left = this.#blocksBetween(this.#best, previous)
      await this.#write(previous, (await this.#index.rewind?.(previous, left)) ?? [])
    }
    await this.#write(connected.node, await this.#index.add(connected))
    this.#setBest(connected.node)
  }

  /** Changes the index together with the block up to which it goes. */
  #write(best: BlockNode, ops: readonly StoreOp[]): Promise<void> {
    return this.#store.batch([...ops, { type: 'put', key: BEST_KEY, value: best.hash }])
  }

  async *#blocksBetween(best: BlockNode, to: BlockNode): AsyncIterable<ConnectedBlock> {
    for (let at = best; at !== to; at = at.previous!) yield await this.#read(at)
  }

  /** Blocks that the index has yet to read, or would have to take back, are not to be deleted. */
  #setBest(best: BlockNode): void {
    this.#best = best
    this.#chain.pruneLocks.set(this.#index.name, best.height)
  }

  /** Ends what is under way, and closes the store. */
  async close(): Promise<void> {
    this.#stopped = true
    this.#unsubscribe()
    this.#wake()
    await this.#caughtUp
    await this.#work.drain()
    await this.#store.close()
  }
}
