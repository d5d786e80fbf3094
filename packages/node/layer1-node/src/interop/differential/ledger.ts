import { equalBytes } from '@ply/bytes'
import type { OutPoint, Transaction } from '@ply/primitives'
import { computeTxid, isCoinbase, outPointKey } from '@ply/primitives'
import type { Random } from '@ply/testkit'
import type { OwnSide } from './ownNode.ts'
import type { Lock } from './lock.ts'

/** An output that we know how to spend, wherever it is by now. */
export interface OwnedCoin {
  readonly outpoint: OutPoint
  readonly value: bigint
  readonly lock: Lock
  readonly coinbase: boolean
  readonly txVersion: number
}

/** Where a coin is: still to be spent in the chain or in the pool, spent by the pool only, or gone (or not there yet). */
export type Whereabouts = 'chain' | 'pool' | 'contested' | 'gone'

const TRIES = 40
const REMEMBERED = 6000

/** Every output that the run created, with the key to it. */
export class Ledger {
  readonly #side: OwnSide
  readonly #coins: OwnedCoin[] = []
  readonly #known = new Set<string>()

  constructor(side: OwnSide) {
    this.#side = side
  }

  /** Remembers the outputs of `tx`; `locks` are theirs in order, undefined where nobody can spend them. */
  learn(tx: Transaction, locks: readonly (Lock | undefined)[]): void {
    const txid = computeTxid(tx)
    const coinbase = isCoinbase(tx)
    tx.outputs.forEach(({ value, scriptPubKey }, index) => {
      const lock = locks[index]
      const outpoint = { txid, index }
      const key = outPointKey(outpoint)
      // A changed transaction may have other outputs in their place.
      if (!lock || !equalBytes(lock.scriptPubKey, scriptPubKey) || this.#known.has(key)) return
      this.#known.add(key)
      this.#coins.push({ outpoint, value, lock, coinbase, txVersion: tx.version })
    })
    if (this.#coins.length > REMEMBERED) this.#coins.splice(0, REMEMBERED / 4)
  }

  async whereabouts(coin: OwnedCoin): Promise<Whereabouts> {
    const { mempool, chain } = this.#side.node
    const confirmed = await mempool.unspentOutput(coin.outpoint, { withMempool: false })
    const spender = mempool.mempool.graph.spender(coin.outpoint)
    if (confirmed) {
      // Coinbase outputs are found only once they are ripe: young ones are asked for by name.
      if (confirmed.isCoinbase && chain.tip.height + 1 - (confirmed.height ?? 0) < 100) return 'gone'
      return spender ? 'contested' : 'chain'
    }
    return mempool.mempool.get(coin.outpoint.txid) && !spender ? 'pool' : 'gone'
  }

  /** A coin in one of these places that `fits`, later ones first by inclination; undefined if luck runs out. */
  async pick(
    random: Random,
    places: readonly Whereabouts[],
    fits: (coin: OwnedCoin) => boolean = () => true,
  ): Promise<OwnedCoin | undefined> {
    for (let i = 0; i < TRIES && this.#coins.length > 0; i++) {
      const recent = random.chance(0.5) ? Math.max(0, this.#coins.length - 200) : 0
      const coin = this.#coins[recent + random.below(this.#coins.length - recent)]!
      if (fits(coin) && places.includes(await this.whereabouts(coin))) return coin
    }
    return undefined
  }

  /** A coinbase output of the chain that nobody may spend yet, `age` blocks old when the next block comes. */
  async young(age: number): Promise<OwnedCoin | undefined> {
    const { chain, mempool } = this.#side.node
    const height = chain.tip.height + 1 - age
    for (let i = this.#coins.length - 1; i >= 0; i--) {
      const coin = this.#coins[i]!
      if (!coin.coinbase) continue
      const found = await mempool.unspentOutput(coin.outpoint)
      if (found?.height === height) return coin
    }
    return undefined
  }
}
