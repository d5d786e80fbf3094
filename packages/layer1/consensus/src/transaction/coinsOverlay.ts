import { outPointMapKey, type OutPoint } from '@ply/primitives'
import type { Coin, CoinsView } from './coin.ts'

/** What a block changes about the coins, once what it both creates and spends is left out. */
export interface CoinsDelta {
  readonly spent: readonly OutPoint[]
  readonly created: readonly (readonly [outpoint: OutPoint, coin: Coin])[]
}

/** The coins that a block spent: for each transaction after the coinbase, one per input in order. */
export type BlockUndo = readonly (readonly Coin[])[]

/** What became of one outpoint: its coin, or undefined once it is spent. */
export interface CoinChange {
  readonly coin: Coin | undefined
}

/** What a block changes about the coins, by outpoint: for blocks on top of it that are connected before it is written. */
export interface CoinChanges {
  /** Undefined where the block leaves the outpoint alone. */
  find(outpoint: OutPoint): CoinChange | undefined
}

interface Change extends CoinChange {
  readonly outpoint: OutPoint
  /** The outpoint was new when it was first touched: without its coin it leaves no trace. */
  readonly fresh: boolean
}

/** Changes on top of a view that stays as it is. */
export class CoinsOverlay implements CoinsView, CoinChanges {
  readonly #base: CoinsView
  readonly #changes = new Map<string, Change>()

  constructor(base: CoinsView) {
    this.#base = base
  }

  get(outpoint: OutPoint): Coin | undefined {
    const change = this.#changes.get(outPointMapKey(outpoint))
    return change === undefined ? this.#base.get(outpoint) : change.coin
  }

  find(outpoint: OutPoint): CoinChange | undefined {
    return this.#changes.get(outPointMapKey(outpoint))
  }

  put(outpoint: OutPoint, coin: Coin): void {
    const key = outPointMapKey(outpoint)
    this.#changes.set(key, { outpoint, coin, fresh: this.#changes.get(key)?.fresh ?? true })
  }

  remove(outpoint: OutPoint): void {
    const key = outPointMapKey(outpoint)
    this.#changes.set(key, { outpoint, coin: undefined, fresh: this.#changes.get(key)?.fresh ?? false })
  }

  delta(): CoinsDelta {
    const spent: OutPoint[] = []
    const created: [OutPoint, Coin][] = []
    for (const { outpoint, coin, fresh } of this.#changes.values()) {
      if (coin !== undefined) created.push([outpoint, coin])
      else if (!fresh) spent.push(outpoint)
    }
    return { spent, created }
  }
}
