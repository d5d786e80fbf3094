import { assert, type DecodeError, ok, type Result } from '@ply/bytes'
import type { Coin, CoinsDelta, CoinsView } from '@ply/consensus'
import type { StoreOp } from '@ply/ports'
import { type OutPoint, outPointMapKey, outPointOfMapKey } from '@ply/primitives'
import { decodeCoin, encodeCoin } from '../store/coinCodec.ts'
import { coinKey } from '../store/keys.ts'

interface Entry {
  /** Undefined: known to be spent, or never to have been. */
  coin: Coin | undefined
  /** The store says something else. */
  dirty: boolean
  /** The store has no coin here: once spent, it need never hear of it. */
  fresh: boolean
}

// Measured on a 64-bit engine: key, place in the map and entry; then coin, output, value and an array for the script.
const ENTRY_BYTES = 170
const COIN_BYTES = 290

const bytesOf = (coin: Coin | undefined): number =>
  coin === undefined ? ENTRY_BYTES : ENTRY_BYTES + COIN_BYTES + coin.output.scriptPubKey.length

/**
 * The coins as of the tip: what was read from the store, and changes that are not written yet. Which coins a block needs
 * is asked with {@link missing} and answered with {@link load} before it is connected.
 */
export class CoinsCache implements CoinsView {
  readonly #entries = new Map<string, Entry>()
  #dirtyCount = 0
  #bytes = 0

  /** Coins held, those known to be missing included. */
  get size(): number {
    return this.#entries.size
  }

  /** About how much memory they take. */
  get bytes(): number {
    return this.#bytes
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
      this.#insert(key, { coin: decoded.value, dirty: false, fresh: decoded.value === undefined })
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
    for (const [key, { coin, dirty }] of this.#entries) if (dirty) yield [outPointOfMapKey(key), coin]
  }

  /** The changes for one batch of the store, which must ask for all of them; each counts as written from then on. */
  *flush(): IterableIterator<StoreOp> {
    for (const [key, entry] of this.#entries) {
      if (!entry.dirty) continue
      this.#dirtyCount--
      const at = coinKey(outPointOfMapKey(key))
      if (entry.coin === undefined) {
        this.#remove(key, entry)
        yield { type: 'del', key: at }
      } else {
        entry.dirty = false
        entry.fresh = false
        yield { type: 'put', key: at, value: encodeCoin(entry.coin) }
      }
    }
  }

  /** Forgets unchanged coins, those first that came first, until the others take at most `limit` bytes. */
  evict(limit: number): void {
    for (const [key, entry] of this.#entries) {
      if (this.#bytes <= limit) return
      if (!entry.dirty) this.#remove(key, entry)
    }
  }

  /** Forgets all that was not written: after a batch failed, the store decides. */
  clear(): void {
    this.#entries.clear()
    this.#dirtyCount = 0
    this.#bytes = 0
  }

  #insert(key: string, entry: Entry): void {
    this.#entries.set(key, entry)
    this.#bytes += bytesOf(entry.coin)
    if (entry.dirty) this.#dirtyCount++
  }

  #remove(key: string, entry: Entry): void {
    this.#entries.delete(key)
    this.#bytes -= bytesOf(entry.coin)
  }

  #change(entry: Entry, coin: Coin | undefined): void {
    this.#bytes += bytesOf(coin) - bytesOf(entry.coin)
    if (!entry.dirty) this.#dirtyCount++
    entry.coin = coin
    entry.dirty = true
  }

  #spend(outpoint: OutPoint): void {
    const key = outPointMapKey(outpoint)
    const entry = this.#entries.get(key)
    if (entry === undefined) {
      this.#insert(key, { coin: undefined, dirty: true, fresh: false })
    } else if (entry.fresh) {
      if (entry.dirty) this.#dirtyCount--
      this.#remove(key, entry)
    } else {
      this.#change(entry, undefined)
    }
  }

  #create(outpoint: OutPoint, coin: Coin): void {
    const key = outPointMapKey(outpoint)
    const entry = this.#entries.get(key)
    // Only a coinbase can ever overwrite a coin (BIP 30's two exceptions), and then the store may hold one unseen.
    if (entry === undefined) this.#insert(key, { coin, dirty: true, fresh: !coin.isCoinbase })
    else this.#change(entry, coin)
  }
}
