import type { BlockNode } from '@ply/chain'
import type { Logger } from '@ply/ports'
import type { BlockHash } from '@ply/primitives'
import type { ChainManager } from '../chain/chainManager.ts'
import type { ConnectedBlock } from '../chain/chainListener.ts'
import { SerialQueue } from '../serialQueue.ts'

/** Something that is known about every block of the active chain. What it knew of blocks that left it may keep. */
export interface ChainIndex {
  readonly name: string
  /** The block up to which everything is in the index. */
  readBest(): Promise<BlockHash | undefined>
  /** Takes in the block after the best one. */
  add(connected: ConnectedBlock): Promise<void>
  /** The active chain left the best block: from now on it is this one, an earlier one. */
  rewind(to: BlockNode): Promise<void>
}

interface Start {
  readonly logger: Logger
  readonly best: BlockNode | undefined
}

/** So many blocks take no time worth mentioning. */
const FEW_BLOCKS = 100
/** Blocks that may wait for their turn. */
const MAX_WAITING = 16

/** Keeps an index in step with the active chain: at first in the background, from the stored blocks. */
export class IndexSync {
  readonly #chain: ChainManager
  readonly #index: ChainIndex
  readonly #logger: Logger
  readonly #work = new SerialQueue()
  #best: BlockNode | undefined
  #synced = false
  #stopped = false
  #unsubscribe: () => void = () => undefined
  readonly #catchingUp: Promise<void>

  private constructor(chain: ChainManager, index: ChainIndex, { logger, best }: Start) {
    this.#chain = chain
    this.#index = index
    this.#logger = logger
    this.#best = best
    this.#catchingUp = this.#catchUp().catch((error: unknown) =>
      logger.log('error', `the ${index.name} cannot go on`, { error }),
    )
  }

  /** Begins where the index ended. Nobody waits for it to catch up, unless it is done in a moment. */
  static async start(chain: ChainManager, index: ChainIndex, logger: Logger): Promise<IndexSync> {
    const hash = await index.readBest()
    const best = hash && chain.find(hash)
    const sync = new IndexSync(chain, index, { logger, best })
    if (chain.tip.height - sync.bestHeight <= FEW_BLOCKS) await sync.#catchingUp
    return sync
  }

  /** True once the index hears of every block as it joins the active chain. */
  get synced(): boolean {
    return this.#synced
  }

  /** Height of the last block in the index; 0 before there is any. */
  get bestHeight(): number {
    return this.#best?.height ?? 0
  }

  async #catchUp(): Promise<void> {
    this.#logger.log('info', `${this.#index.name} is catching up on block notifications`, { height: this.bestHeight })
    while (!this.#stopped && (await this.#step())) continue
    // The last blocks while no further ones come.
    await this.#chain.exclusive(async () => {
      while (!this.#stopped && (await this.#step())) continue
      if (this.#stopped) return
      this.#unsubscribe = this.#chain.subscribe({
        blockConnected: (connected) => this.#later(() => this.#add(connected)),
        blockDisconnected: ({ node }) => this.#later(() => this.#rewind(node.previous)),
      })
      this.#synced = true
      this.#logger.log('info', `${this.#index.name} is enabled at height ${this.bestHeight}`)
    })
  }

  /** Does the work in its turn. The chain waits only for an index that is far behind: what waits is held in memory. */
  #later(task: () => Promise<void>): void | Promise<void> {
    const done = this.#work.run(task).catch((error: unknown) => {
      this.#logger.log('error', `the ${this.#index.name} cannot go on`, { error })
    })
    return this.#work.size > MAX_WAITING ? done : undefined
  }

  /** Resolves when what the chain told so far is in the index, once it has caught up. */
  settled(): Promise<void> {
    return this.#work.drain()
  }

  /** False if the index has the whole active chain. */
  async #step(): Promise<boolean> {
    const { active } = this.#chain.tree
    const fork = this.#best && active.findFork(this.#best)
    if (fork !== this.#best) await this.#rewind(fork)
    const node = active.at((this.#best?.height ?? -1) + 1)
    if (!node) return false
    const block = await this.#chain.readBlock(node)
    const undo = await this.#chain.readUndo(node)
    if (!undo) throw new Error(`no undo data at height ${node.height}`)
    await this.#add({ node, block, undo })
    return true
  }

  async #add(connected: ConnectedBlock): Promise<void> {
    await this.#index.add(connected)
    this.#best = connected.node
  }

  async #rewind(to: BlockNode | undefined): Promise<void> {
    if (to) await this.#index.rewind(to)
    this.#best = to
  }

  /** Resolves when nothing is written any more. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#unsubscribe()
    await this.#catchingUp
    await this.#work.drain()
  }
}
