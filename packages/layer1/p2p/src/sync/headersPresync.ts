import { createSipHashKey, sipHash48, type SipHashKey } from '@ply/crypto'
import type { BlockHash, BlockHeader } from '@ply/primitives'
import { MAX_HEADERS } from '../protocol.ts'
import type { ChainView, HeaderEntry } from '../views.ts'
import { computeClaimedWork } from './workThreshold.ts'

/** The median of eleven times must rise from block to block: no chain has more blocks in a second. */
const MAX_BLOCKS_PER_SECOND = 6
/** Seconds by which a block's time may be ahead of ours. */
const MAX_FUTURE_TIME = 2 * 3600

/**
 * What to do with a message of the chain. `count`: add up only, ask for more. `again`: enough work was shown, ask for
 * all of it again, from the start. `keep`: these headers are part of what was shown. `last`: so are these, and all
 * further ones are as good. `give-up`: too little work, too many headers for the time that passed, a difficulty that
 * cannot follow the one before, or not what was shown before.
 */
export type PresyncStep = 'count' | 'again' | 'keep' | 'last' | 'give-up'

export interface PresyncFields {
  /** The last header before these that we know. */
  readonly start: HeaderEntry
  /** Work that the chain must have in all. */
  readonly wanted: bigint
  /** Seconds since the Unix epoch. */
  readonly now: number
  /** 16 bytes that nobody outside knows. */
  readonly key: Uint8Array
  readonly isPermitted: ChainView['isPermittedDifficulty']
}

/**
 * Headers of a chain that has yet to show that it has enough work. They come twice: at first they are counted and
 * forgotten, but for 48 bits of a keyed hash at the end of each message; once the work is there they come again, and
 * are kept only if they are the same. So nobody fills our memory with headers that cost nothing to make: it takes a
 * message of 162 kB to have us remember one number, and there can be no more of them than time has passed. (Bitcoin Core
 * remembers a single bit for every few hundred headers, and so must hold thousands until enough bits agree.)
 */
export class HeadersPresync {
  /** The last header before these that we know. */
  readonly start: HeaderEntry
  readonly #wanted: bigint
  readonly #mostHeaders: number
  readonly #isPermitted: ChainView['isPermittedDifficulty']
  readonly #key: SipHashKey
  /** Keyed hashes of the last header of each message: nobody outside can make other headers that fit. */
  readonly #ends: number[] = []
  #bits: number
  #work: bigint
  #last: BlockHash
  #height: number
  /** Messages that came again; undefined while they come for the first time. */
  #repeated: number | undefined

  constructor({ start, wanted, now, key, isPermitted }: PresyncFields) {
    this.start = start
    this.#wanted = wanted
    this.#mostHeaders = MAX_BLOCKS_PER_SECOND * (Math.max(0, now - start.header.time) + MAX_FUTURE_TIME)
    this.#isPermitted = isPermitted
    this.#key = createSipHashKey(key)
    this.#bits = start.header.bits
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
    if (!this.#checkDifficulty(headers)) return 'give-up'
    this.#last = hashes.at(-1)!
    this.#height += headers.length
    if (this.#repeated !== undefined) return this.#repeat(this.#repeated, hashes)
    if (this.#height - this.start.height > this.#mostHeaders) return 'give-up'
    this.#ends.push(sipHash48(this.#key, this.#last))
    this.#work += computeClaimedWork(headers)
    if (this.#work >= this.#wanted) {
      this.#repeated = 0
      this.#last = this.start.hash
      this.#height = this.start.height
      this.#bits = this.start.header.bits
      return 'again'
    }
    return headers.length === MAX_HEADERS ? 'count' : 'give-up'
  }

  /** Without it, headers of the least difficulty, which cost next to nothing, could be counted for ever. */
  #checkDifficulty(headers: readonly BlockHeader[]): boolean {
    return headers.every(({ bits }, i) => {
      const old = this.#bits
      this.#bits = bits
      return this.#isPermitted(this.#height + 1 + i, { old, new: bits })
    })
  }

  #repeat(at: number, hashes: readonly BlockHash[]): PresyncStep {
    const shown = this.#ends[at]!
    this.#repeated = at + 1
    if (this.#repeated < this.#ends.length) return sipHash48(this.#key, this.#last) === shown ? 'keep' : 'give-up'
    // Blocks may have been found since: the message may be longer than it was.
    return hashes.some((hash) => sipHash48(this.#key, hash) === shown) ? 'last' : 'give-up'
  }
}
