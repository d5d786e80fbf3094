import { type ActiveChain, CoinsCache, createTipOp } from '@ply/chain'
import type { Store, StoreOp } from '@ply/ports'
import type { BlockHash, OutPoint } from '@ply/primitives'
import { loadCoins } from './loadCoins.ts'

/** The coins as of the end of a chain of blocks: those of a store, and what changed since they were written. */
export class Chainstate {
  readonly store: Store
  /** The blocks that the coins stand for. */
  readonly active: ActiveChain
  readonly coins = new CoinsCache()

  /** Reads of coins at the same time. */
  readonly readers: number | undefined

  constructor(store: Store, active: ActiveChain, readers?: number) {
    this.store = store
    this.active = active
    this.readers = readers
  }

  /** Makes the coins of these outpoints readable in {@link coins}. */
  readonly loadCoins = (outpoints: readonly OutPoint[]): Promise<void> =>
    loadCoins(this.coins, this.store, outpoints, this.readers)

  /** Makes the store equal to what is in memory, safe from a power cut. */
  async write(): Promise<void> {
    const { tip } = this.active
    if (tip) await this.store.batch(this.#ops(tip.hash), { sync: true })
  }

  /** The coins and the tip that they belong to: one batch, so that they always do. */
  *#ops(tip: BlockHash): Iterable<StoreOp> {
    yield* this.coins.flush()
    yield createTipOp(tip)
  }
}
