import { equalBytes } from '@ply/bytes'
import type { BlockHash, BlockHeader } from '@ply/primitives'
import { MAX_HEADERS } from '../protocol.ts'
import type { HeaderEntry } from '../views.ts'
import { computeClaimedWork } from './workThreshold.ts'

/**
 * What to do with a message of the chain. `count`: add up only, ask for more. `again`: enough work was shown, ask for
 * all of it again, from the start. `keep`: these headers are part of what was shown. `last`: so are these, and all
 * further ones are as good. `give-up`: too little work, or not what was shown before.
 */
export type PresyncStep = 'count' | 'again' | 'keep' | 'last' | 'give-up'

/**
 * Headers of a chain that has yet to show that it has enough work. They come twice: at first they are counted and
 * forgotten, but for the hash at the end of each message; once the work is there they come again, and are kept only if
 * they are the same. So nobody fills our memory with headers that cost nothing to make. (Bitcoin Core remembers single
 * bits instead of hashes; 32 bytes for a message of 162 kB are as good a bound.)
 */
export class HeadersPresync {
  /** The last header before these that we know. */
  readonly start: HeaderEntry
  readonly #wanted: bigint
  readonly #ends: BlockHash[] = []
  #work: bigint
  #last: BlockHash
  #height: number
  /** Messages that came again; undefined while they come for the first time. */
  #repeated: number | undefined

  constructor(start: HeaderEntry, wanted: bigint) {
    this.start = start
    this.#wanted = wanted
    this.#work = start.chainWork
    this.#last = start.hash
    this.#height = start.height
  }

  /** The header after which the next message begins. */
  get last(): BlockHash {
    return this.#last
  }
  get height(): number {
    return this.#height
  }
  /** True while the headers come for the first time. */
  get isCounting(): boolean {
    return this.#repeated === undefined
  }

  /** Takes a message that follows {@link last}. `hashes`: of the headers, whose proof of work was checked. */
  take(headers: readonly BlockHeader[], hashes: readonly BlockHash[]): PresyncStep {
    const end = hashes.at(-1)!
    this.#last = end
    this.#height += headers.length
    if (this.#repeated !== undefined) return this.#repeat(this.#repeated, hashes)
    this.#ends.push(end)
    this.#work += computeClaimedWork(headers)
    if (this.#work >= this.#wanted) {
      this.#repeated = 0
      this.#last = this.start.hash
      this.#height = this.start.height
      return 'again'
    }
    return headers.length === MAX_HEADERS ? 'count' : 'give-up'
  }

  #repeat(at: number, hashes: readonly BlockHash[]): PresyncStep {
    const shown = this.#ends[at]!
    this.#repeated = at + 1
    if (this.#repeated < this.#ends.length) return equalBytes(this.#last, shown) ? 'keep' : 'give-up'
    // Blocks may have been found since: the message may be longer than it was.
    return hashes.some((hash) => equalBytes(hash, shown)) ? 'last' : 'give-up'
  }
}
