import { assert, type DecodeError, ok, type Result } from '@ply/bytes'
import type { Coin, CoinsDelta, CoinsView } from '@ply/consensus'
import type { StoreOp } from '@ply/ports'
import { type OutPoint, outPointMapKey } from '@ply/primitives'
import { decodeCoin, encodeCoin } from '../store/coinCodec.ts'
import { coinKey } from '../store/keys.ts'

interface Entry {
  readonly outpoint: OutPoint
  /** Undefined: known to be spent, or never to have been. */
  readonly coin: Coin | undefined
  /** The store says something else. */
  readonly dirty: boolean
  /** The store has no coin here: once spent, it need never hear of it. */
  readonly fresh: boolean
}

/**
 * The coins as of the tip: what was read from the store, and changes that are not written yet. Which coins a block needs
 * is asked with {@link missing} and answered with {@link load} before it is connected.
 */
export class CoinsCache implements CoinsView {
  readonly #entries = new Map<string, Entry>()
  #dirtyCount = 0

  /** Coins held, those known to be missing included. */
  get size(): number {
    return this.#entries.size
  }

  /** Changes that the store has not seen. */
  get dirtyCount(): number {
    return this.#dirtyCount
  }

  /** Those of `outpoints` that must be read from the store, at `coinKey`, before `get` may be asked for them. */
  missing(outpoints: readonly OutPoint[]): OutPoint[] {
    return outpoints.filter((outpoint) => !this.#entries.has(outPointMapKey(outpoint)))
  }

  /** What the store has for an outpoint. Violations those of `decodeCoin`: the store is damaged. */
  load(outpoint: OutPoint, stored: Uint8Array | undefined): Result<undefined, DecodeError> {
    const decoded = stored === undefined ? ok(undefined) : decodeCoin(stored)
    if (!decoded.ok) return decoded
    const key = outPointMapKey(outpoint)
    // Never over a change: the store is behind it.
    if (!this.#entries.has(key)) {
      this.#entries.set(key, { outpoint, coin: decoded.value, dirty: false, fresh: decoded.value === undefined })
    }
    return ok(undefined)
  }

  /** The coin, or undefined if there is none. To ask for an outpoint that was never loaded is a bug. */
  get(outpoint: OutPoint): Coin | undefined {
    const entry = this.#entries.get(outPointMapKey(outpoint))
    assert(entry !== undefined, 'the coin was not loaded')
    return entry.coin
  }

  /** True if `get` may be asked. */
  has(outpoint: OutPoint): boolean {
    return this.#entries.has(outPointMapKey(outpoint))
  }

  /** Takes over what connecting or disconnecting a block did. */
  apply(delta: CoinsDelta): void {
    for (const outpoint of delta.spent) this.#spend(outpoint)
    for (const [outpoint, coin] of delta.created) this.#create(outpoint, coin)
  }

  /** Where the coins differ from the store; undefined for one that is spent. */
  *changes(): IterableIterator<readonly [outpoint: OutPoint, coin: Coin | undefined]> {
    for (const { outpoint, coin, dirty } of this.#entries.values()) if (dirty) yield [outpoint, coin]
  }

  /** The changes as one batch for the store; they count as written from here on. */
  flush(): StoreOp[] {
    const ops: StoreOp[] = []
    for (const [key, { outpoint, coin, dirty }] of this.#entries) {
      if (!dirty) continue
      const at = coinKey(outpoint)
      if (coin === undefined) {
        ops.push({ type: 'del', key: at })
        this.#entries.delete(key)
      } else {
        ops.push({ type: 'put', key: at, value: encodeCoin(coin) })
        this.#entries.set(key, { outpoint, coin, dirty: false, fresh: false })
      }
    }
    this.#dirtyCount = 0
    return ops
  }

  /** Forgets the oldest unchanged coins until at most `limit` are held. */
  evict(limit: number): void {
    for (const [key, { dirty }] of this.#entries) {
      if (this.#entries.size <= limit) return
      if (!dirty) this.#entries.delete(key)
    }
  }

  /** Forgets all that was not written: after a batch failed, the store decides. */
  clear(): void {
    this.#entries.clear()
    this.#dirtyCount = 0
  }

  #set(key: string, entry: Entry): void {
    const before = this.#entries.get(key)
    if (before?.dirty !== true) this.#dirtyCount++
    // Out and in again: the map's order is that of the last change.
    this.#entries.delete(key)
    this.#entries.set(key, entry)
  }

  #spend(outpoint: OutPoint): void {
    const key = outPointMapKey(outpoint)
    const before = this.#entries.get(key)
    if (before?.fresh === true) {
      if (before.dirty) this.#dirtyCount--
      this.#entries.delete(key)
      return
    }
    this.#set(key, { outpoint, coin: undefined, dirty: true, fresh: false })
  }

  #create(outpoint: OutPoint, coin: Coin): void {
    const key = outPointMapKey(outpoint)
    const before = this.#entries.get(key)
    // Only a coinbase can ever overwrite a coin (BIP 30's two exceptions), and then the store may hold one unseen.
    const fresh = before === undefined ? !coin.isCoinbase : before.fresh
    this.#set(key, { outpoint, coin, dirty: true, fresh })
  }
}
