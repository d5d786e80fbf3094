import { assert } from '@ply/bytes'
import { findFeeBucket } from './feeBuckets.ts'
import { computeMedianFeeRate, type BucketCounts, type StatsEstimate } from './medianFeeRate.ts'

/** How far back one set of statistics looks, and how finely. */
export interface Horizon {
  /** Confirmation times are counted in steps of `scale` blocks, up to `periods` steps. */
  readonly periods: number
  readonly scale: number
  /** What is left of an average after each block. */
  readonly decay: number
}

/** Moving averages for each bucket; those by period say how many took at most so many steps. */
export interface ConfirmationAverages {
  readonly decay: number
  readonly scale: number
  readonly feeRates: number[]
  readonly transactions: number[]
  /** By period, then by bucket. */
  readonly confirmed: number[][]
  /** Left the pool unconfirmed after at least so many steps. */
  readonly failed: number[][]
}

const zeros = (count: number): number[] => Array.from({ length: count }, () => 0)
const table = (rows: number, columns: number): number[][] => Array.from({ length: rows }, () => zeros(columns))

/** How long transactions of each feerate took to confirm, over one horizon; and those that still wait. */
export class ConfirmationStats {
  readonly #buckets: readonly number[]
  readonly averages: ConfirmationAverages
  /** Waiting transactions by the height at which they came (modulo its length), then by bucket. */
  readonly #waiting: number[][]
  /** Those that wait for longer than is counted. */
  readonly #waitingLong: number[]
  /** Buckets that averages were ever counted in: in all others there is nothing to fade. */
  readonly #used: Set<number>

  constructor(buckets: readonly number[], horizon: Horizon | ConfirmationAverages) {
    this.#buckets = buckets
    this.averages = 'periods' in horizon ? createAverages(buckets.length, horizon) : horizon
    this.#waiting = table(this.maxTarget, buckets.length)
    this.#waitingLong = zeros(buckets.length)
    this.#used = new Set([...buckets.keys()].filter((bucket) => this.#rows().some((row) => row[bucket] !== 0)))
  }

  /** Blocks of the longest wait that is counted. */
  get maxTarget(): number {
    return this.averages.scale * this.averages.confirmed.length
  }

  /** A block at this height came: averages fade, and who came as many blocks ago as are counted waits for long now. */
  blockConnected(height: number): void {
    const row = this.#rowAt(height)
    for (let i = 0; i < row.length; i++) {
      this.#waitingLong[i]! += row[i]!
      row[i] = 0
    }
    if (this.#used.size === 0) return
    const { decay } = this.averages
    for (const row of this.#rows()) for (const bucket of this.#used) row[bucket]! *= decay
  }

  #rows(): readonly number[][] {
    const { feeRates, transactions, confirmed, failed } = this.averages
    return [feeRates, transactions, ...confirmed, ...failed]
  }

  #rowAt(height: number): number[] {
    const { length } = this.#waiting
    return this.#waiting[((height % length) + length) % length]!
  }

  /** A transaction came at this height. */
  entered(height: number, bucket: number): void {
    this.#rowAt(height)[bucket]! += 1
  }

  /** A transaction that came `blocksAgo` blocks ago, at `height`, left the pool. */
  left({ height, blocksAgo, bucket, confirmed }: Departure): void {
    const row = blocksAgo >= this.#waiting.length ? this.#waitingLong : this.#rowAt(height)
    if (row[bucket]! > 0) row[bucket]! -= 1
    if (confirmed) return
    this.#used.add(bucket)
    const periods = Math.floor(blocksAgo / this.averages.scale)
    for (const failed of this.averages.failed.slice(0, periods)) failed[bucket]! += 1
  }

  /** A transaction took so many blocks to confirm, 1 for the first possible one. */
  confirmed(blocks: number, feeRate: number): void {
    const bucket = findFeeBucket(this.#buckets, feeRate)
    this.#used.add(bucket)
    for (const row of this.averages.confirmed.slice(this.#period(blocks))) row[bucket]! += 1
    this.averages.transactions[bucket]! += 1
    this.averages.feeRates[bucket]! += feeRate
  }

  /** Index of the first period that so many blocks fit into. */
  #period(blocks: number): number {
    return Math.ceil(blocks / this.averages.scale) - 1
  }

  /**
   * The lowest feerate at which at least the part `threshold` of all confirmed within `target` blocks, judged over
   * ranges of buckets with `sufficient` transactions a block each.
   */
  estimate(target: number, height: number, { sufficient, threshold }: Demand): StatsEstimate {
    assert(target >= 1 && target <= this.maxTarget, 'the statistics reach as far as the target')
    const { decay, scale, transactions, feeRates, confirmed, failed } = this.averages
    const period = this.#period(target)
    const counts = (bucket: number): BucketCounts => ({
      withinTarget: confirmed[period]![bucket]!,
      totalConfirmed: transactions[bucket]!,
      inMempool: this.#waitingLongerThan(target, height, bucket),
      leftMempool: failed[period]![bucket]!,
      feeRates: feeRates[bucket]!,
    })
    const enough = sufficient / (1 - decay)
    return { ...computeMedianFeeRate(this.#buckets, counts, { enough, threshold }), decay, scale }
  }

  #waitingLongerThan(target: number, height: number, bucket: number): number {
    let count = this.#waitingLong[bucket]!
    for (let blocks = target; blocks < this.maxTarget; blocks++) count += this.#rowAt(height - blocks)[bucket]!
    return count
  }
}

interface Departure {
  readonly height: number
  readonly blocksAgo: number
  readonly bucket: number
  readonly confirmed: boolean
}

/** How sure an estimate must be. */
export interface Demand {
  readonly sufficient: number
  readonly threshold: number
}

function createAverages(buckets: number, { periods, decay, scale }: Horizon): ConfirmationAverages {
  return {
    decay,
    scale,
    feeRates: zeros(buckets),
    transactions: zeros(buckets),
    confirmed: table(periods, buckets),
    failed: table(periods, buckets),
  }
}
