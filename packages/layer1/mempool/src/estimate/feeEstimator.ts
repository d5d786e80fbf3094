import { computeFeeRate } from '../policy/feeRate.ts'
import type { MempoolEntry } from '../pool/entry.ts'

/** Blocks that an estimate looks back on. */
const REMEMBERED_BLOCKS = 48
/** With fewer confirmed transactions than this, there is nothing to learn from. */
const ENOUGH = 10

export interface FeeEstimate {
  /** Satoshi per 1000 vbytes. */
  readonly feeRate: bigint
  /** Where it comes from: blocks seen, or the operator's fallback. */
  readonly source: 'blocks' | 'fallback'
  /** The number of blocks within which a transaction should confirm. */
  readonly target: number
}

/**
 * Estimates from what recent blocks took out of our pool: who wants to be in the next block pays what most of the
 * confirmed ones paid; who can wait pays what the cheaper ones did. On a quiet chain the fallback answers.
 */
export class FeeEstimator {
  readonly #fallback: bigint
  /** Feerates of the last blocks, newest last. */
  readonly #blocks: bigint[][] = []

  /** `fallback` is satoshi per 1000 vbytes. */
  constructor(fallback: bigint) {
    this.#fallback = fallback
  }

  /** Notes a connected block by the entries that it confirmed. Children pay for parents: those are left out. */
  blockConnected(confirmed: readonly MempoolEntry[]): void {
    const alone = confirmed.filter((entry) => entry.parents.size === 0 && entry.children.size === 0)
    this.#blocks.push(alone.map((entry) => computeFeeRate(entry.fee, entry.vsize)))
    if (this.#blocks.length > REMEMBERED_BLOCKS) this.#blocks.shift()
  }

  /** `minimum` is what the pool takes at least; no estimate is below it. */
  estimate(target: number, minimum: bigint): FeeEstimate {
    const feeRates = this.#blocks.flat().sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
    const enough = feeRates.length >= ENOUGH
    const feeRate = enough ? feeRates[Math.floor((feeRates.length - 1) * partBelow(target))]! : this.#fallback
    return { feeRate: feeRate > minimum ? feeRate : minimum, source: enough ? 'blocks' : 'fallback', target }
  }
}

/** The part of confirmed transactions that one pays more than. */
function partBelow(target: number): number {
  if (target <= 2) return 0.75
  if (target <= 6) return 0.5
  return target <= 24 ? 0.25 : 0.1
}
