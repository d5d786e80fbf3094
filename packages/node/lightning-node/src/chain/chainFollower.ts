import { equalBytes } from '@ply/bytes'
import type { Logger } from '@ply/ports'
import type { Block } from '@ply/primitives'
import type { ChainBackend, ChainTip } from '../chainBackend.ts'

/** Something that goes along with the best chain, one block at a time. */
export interface ChainConsumer {
  /** The last block it took in; undefined before the first. */
  tip(): ChainTip | undefined
  connect(height: number, block: Block): Promise<void>
  /** Takes the tip back. */
  disconnect(): Promise<void>
}

export interface ChainFollowerOptions {
  readonly backend: ChainBackend
  readonly consumer: ChainConsumer
  /** Height of the first block for a consumer that has none yet; by default the tip's. */
  readonly firstHeight?: number
  readonly logger: Logger
  /** Called once if the chain can no longer be followed. */
  failed(error: unknown): void
}

/**
 * Brings a consumer from where it stands to the tip of the best chain and keeps it there. Notifications only say that
 * there is something to do: what to do is read from the backend, so that blocks missed while the node was off, and
 * reorganisations in between, are made up for in the same way as new ones.
 */
export class ChainFollower {
  readonly #options: ChainFollowerOptions
  #unsubscribe: (() => void) | undefined
  #running: Promise<void> | undefined
  #wanted = false
  #stopped = false

  constructor(options: ChainFollowerOptions) {
    this.#options = options
  }

  /** Resolves when the consumer has caught up for the first time. */
  async start(): Promise<void> {
    const wake = (): void => void this.sync()
    this.#unsubscribe = this.#options.backend.subscribe({ blockConnected: wake, blockDisconnected: wake })
    await this.sync()
  }

  /** Resolves when the consumer stood at a tip that was asked for after this call. */
  sync(): Promise<void> {
    this.#wanted = true
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#unsubscribe?.()
    await this.#running
  }

  async #run(): Promise<void> {
    try {
      while (this.#wanted && !this.#stopped) {
        this.#wanted = false
        while (!this.#stopped && (await this.#step()));
      }
    } catch (error) {
      if (this.#stopped) return
      this.#stopped = true
      this.#unsubscribe?.()
      this.#options.failed(error)
    }
  }

  /** One block back or forth; false at the tip, or where the backend does not give the next block yet. */
  async #step(): Promise<boolean> {
    const { backend, consumer, firstHeight, logger } = this.#options
    const best = await backend.tip()
    const own = consumer.tip()
    if (!own) {
      const height = Math.min(firstHeight ?? best.height, best.height)
      const block = await backend.getBlock(height)
      if (!block) return false
      await consumer.connect(height, block)
      return true
    }
    if (own.height === best.height && equalBytes(own.hash, best.hash)) return false
    const onBestChain = own.height <= best.height ? await backend.blockHash(own.height) : undefined
    if (!onBestChain || !equalBytes(onBestChain, own.hash)) {
      logger.log('info', 'block disconnected', { height: own.height })
      await consumer.disconnect()
      return true
    }
    const block = await backend.getBlock(own.height + 1)
    if (!block) return false
    // The chain may have moved between two questions: then the next step sees it.
    if (equalBytes(block.header.previousBlockHash, own.hash)) await consumer.connect(own.height + 1, block)
    return true
  }
}
