import type { Entropy } from '@ply/ports'
import { serviceKey } from '../host.ts'
import type { AddressEntry } from './entry.ts'
import { randomBelow } from './randomChoice.ts'
import type { AddressTables } from './tables.ts'

const MAX_COLLISIONS = 10
/** Seconds. */
const MINUTE = 60
/** An address that answered or failed to within this time was tested. */
const REPLACEMENT = 4 * 60 * MINUTE
/** After this time the older address has to go untested. */
const TEST_WINDOW = 40 * MINUTE

/** Addresses that want the place of a tried one: the one that is there stays if it can still be reached. */
export class TriedCollisions {
  readonly #tables: AddressTables
  readonly #entropy: Entropy
  readonly #waiting = new Set<string>()

  constructor(tables: AddressTables, entropy: Entropy) {
    this.#tables = tables
    this.#entropy = entropy
  }

  add(entry: AddressEntry): void {
    if (this.#waiting.size < MAX_COLLISIONS) this.#waiting.add(serviceKey(entry))
  }

  /** The one in possession, of a collision chosen at random. */
  select(): AddressEntry | undefined {
    const keys = [...this.#waiting]
    const key = keys[randomBelow(this.#entropy, keys.length)]
    if (key === undefined) return undefined
    const entry = this.#tables.entries.get(key)
    if (entry) return this.#tables.triedAt(this.#tables.triedPlace(entry))
    this.#waiting.delete(key)
    return undefined
  }

  /** Calls `replace` for each newcomer that gets its place. */
  resolve(now: number, replace: (entry: AddressEntry) => void): void {
    for (const key of [...this.#waiting]) {
      const entry = this.#tables.entries.get(key)
      const verdict = entry ? this.#judge(entry, now) : 'stay'
      if (verdict === 'wait') continue
      this.#waiting.delete(key)
      if (entry && verdict === 'replace') replace(entry)
    }
  }

  #judge(entry: AddressEntry, now: number): 'stay' | 'replace' | 'wait' {
    const old = this.#tables.triedAt(this.#tables.triedPlace(entry))
    if (!old) return 'replace'
    if (now - old.lastSuccess < REPLACEMENT) return 'stay'
    // It was tried and did not answer, with a minute's grace.
    if (now - old.lastTry < REPLACEMENT) return now - old.lastTry > MINUTE ? 'replace' : 'wait'
    return now - entry.lastSuccess > TEST_WINDOW ? 'replace' : 'wait'
  }
}
