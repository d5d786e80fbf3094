import { computeFeeRate } from '../policy/feeRate.ts'
import { type ConfirmationAverages, ConfirmationStats, type Demand, type Horizon } from './confirmationStats.ts'
import { DEFAULT_FEE_BUCKETS, findFeeBucket } from './feeBuckets.ts'
import type { StatsEstimate } from './medianFeeRate.ts'

/** Bitcoin Core's horizons: 12 blocks, two days, and a week. */
export type HorizonName = 'short' | 'medium' | 'long'
const HORIZONS: Readonly<Record<HorizonName, Horizon>> = {
  short: { periods: 12, scale: 1, decay: 0.962 },
  medium: { periods: 24, scale: 2, decay: 0.9952 },
  long: { periods: 42, scale: 24, decay: 0.99931 },
}
/** Transactions a block that a range of buckets must have had on average. */
const SUFFICIENT: Readonly<Record<HorizonName, number>> = { short: 0.5, medium: 0.1, long: 0.1 }
/** Parts of all that must have confirmed within half the target, the target, and twice the target. */
const HALF_SUCCESS = 0.6
const SUCCESS = 0.85
const DOUBLE_SUCCESS = 0.95
/** Blocks after which what was saved says nothing any more. */
const OLDEST_HISTORY = 6 * 1008

/** What lasts from one run to the next: fee_estimates.dat. */
export interface SavedEstimates {
  readonly bestHeight: number
  /** The blocks over which the averages were made. */
  readonly historicalFirst: number
  readonly historicalBest: number
  readonly buckets: readonly number[]
  readonly stats: Readonly<Record<HorizonName, ConfirmationAverages>>
}

/** What the estimator must know of a transaction of the pool. */
export interface EstimatedTransaction {
  readonly key: string
  readonly fee: bigint
  readonly vsize: number
  /** Height of the tip when it came. */
  readonly height: number
}

export interface SmartEstimate {
  /** Satoshi per 1000 vbytes; undefined while too little is known. */
  readonly feeRate: bigint | undefined
  /** The number of blocks that the answer is for. */
  readonly blocks: number
}

/**
 * Bitcoin Core's block policy estimator: for ranges of feerates and over three horizons it counts how long transactions
 * of our pool took to confirm, and answers with the lowest feerate that mostly was in time.
 */
export class BlockPolicyEstimator {
  readonly #buckets: readonly number[]
  readonly #stats: Readonly<Record<HorizonName, ConfirmationStats>>
  readonly #tracked = new Map<string, { readonly height: number; readonly bucket: number }>()
  readonly #historicalFirst: number
  readonly #historicalBest: number
  #bestHeight: number
  /** The first block of this run that confirmed something. */
  #firstHeight = 0

  constructor(saved?: SavedEstimates) {
    this.#buckets = saved?.buckets ?? DEFAULT_FEE_BUCKETS
    const create = (name: HorizonName): ConfirmationStats =>
      new ConfirmationStats(this.#buckets, saved?.stats[name] ?? HORIZONS[name])
    this.#stats = { short: create('short'), medium: create('medium'), long: create('long') }
    this.#historicalFirst = saved?.historicalFirst ?? 0
    this.#historicalBest = saved?.historicalBest ?? 0
    this.#bestHeight = saved?.bestHeight ?? 0
  }

  get #all(): ConfirmationStats[] {
    return Object.values(this.#stats)
  }

  /** Blocks of the longest wait that is counted. */
  maxTarget(horizon: HorizonName): number {
    return this.#stats[horizon].maxTarget
  }

  /** A transaction without unconfirmed parents came by itself, on a chain that is caught up. */
  entered({ key, fee, vsize, height }: EstimatedTransaction): void {
    // Out of step with the chain nothing can be learnt.
    if (this.#tracked.has(key) || height !== this.#bestHeight) return
    const bucket = findFeeBucket(this.#buckets, Number(computeFeeRate(fee, vsize)))
    this.#tracked.set(key, { height, bucket })
    for (const stats of this.#all) stats.entered(height, bucket)
  }

  /** A transaction left the pool, and not for a block. */
  left(key: string): void {
    this.#forget(key, false)
  }

  #forget(key: string, confirmed: boolean): boolean {
    const tracked = this.#tracked.get(key)
    if (!tracked) return false
    this.#tracked.delete(key)
    const blocksAgo = this.#bestHeight === 0 ? 0 : this.#bestHeight - tracked.height
    if (blocksAgo >= 0) for (const stats of this.#all) stats.left({ ...tracked, blocksAgo, confirmed })
    return true
  }

  /** A block at `height` confirmed these of the pool. Blocks that are not above all others are left out. */
  blockConnected(confirmed: readonly EstimatedTransaction[], height: number): void {
    if (height <= this.#bestHeight) return
    this.#bestHeight = height
    for (const stats of this.#all) stats.blockConnected(height)
    let counted = 0
    for (const { key, fee, vsize, height: enteredAt } of confirmed) {
      if (!this.#forget(key, true) || height <= enteredAt) continue
      for (const stats of this.#all) stats.confirmed(height - enteredAt, Number(computeFeeRate(fee, vsize)))
      counted++
    }
    if (this.#firstHeight === 0 && counted > 0) this.#firstHeight = height
  }

  /** Blocks behind the averages: of this run, or of the last one if that is not too long ago. */
  get #span(): number {
    const own = this.#firstHeight === 0 ? 0 : this.#bestHeight - this.#firstHeight
    return Math.max(own, this.#historicalSpan)
  }

  get #historicalSpan(): number {
    if (this.#historicalFirst === 0 || this.#bestHeight - this.#historicalBest > OLDEST_HISTORY) return 0
    return this.#historicalBest - this.#historicalFirst
  }

  /** What statistics of one horizon say, with all details. `target` is within its reach. */
  estimateRaw(target: number, threshold: number, horizon: HorizonName): StatsEstimate {
    return this.#stats[horizon].estimate(target, this.#bestHeight, { sufficient: SUFFICIENT[horizon], threshold })
  }

  /**
   * The highest of what is good enough for half the target, the target, and twice the target. A conservative estimate
   * also looks at longer horizons, so that a quiet hour does not lower it.
   */
  estimateSmart(target: number, { conservative = false }: { readonly conservative?: boolean } = {}): SmartEstimate {
    // Who wants to be in the very next block cannot know better than for two; half of the span must be known.
    const usable = Math.min(this.maxTarget('long'), Math.floor(this.#span / 2))
    const blocks = Math.min(Math.max(target, 2), usable)
    if (blocks <= 1) return { feeRate: undefined, blocks }
    let best = Math.max(
      this.#combined(Math.floor(blocks / 2), HALF_SUCCESS, true),
      this.#combined(blocks, SUCCESS, true),
      this.#combined(2 * blocks, DOUBLE_SUCCESS, !conservative),
    )
    if (conservative || best < 0) best = Math.max(best, this.#conservative(2 * blocks))
    return { feeRate: best < 0 ? undefined : BigInt(Math.round(best)), blocks }
  }

  #ask(horizon: HorizonName, target: number, demand: Demand['threshold']): number {
    return this.estimateRaw(target, demand, horizon).feeRate ?? -1
  }

  /** By the shortest horizon that reaches the target; a shorter one may lower it by its own longest target. */
  #combined(target: number, threshold: number, heedShorter: boolean): number {
    if (target > this.maxTarget('long')) return -1
    const reaching = (['short', 'medium', 'long'] as const).find((name) => target <= this.maxTarget(name))!
    let best = this.#ask(reaching, target, threshold)
    if (!heedShorter) return best
    for (const name of ['medium', 'short'] as const) {
      if (target <= this.maxTarget(name)) continue
      const most = this.#ask(name, this.maxTarget(name), threshold)
      if (most > 0 && (best === -1 || most < best)) best = most
    }
    return best
  }

  #conservative(target: number): number {
    const medium = target <= this.maxTarget('short') ? this.#ask('medium', target, DOUBLE_SUCCESS) : -1
    const long = target <= this.maxTarget('medium') ? this.#ask('long', target, DOUBLE_SUCCESS) : -1
    return Math.max(medium, long)
  }

  /** Before the end: what is still unconfirmed counts as failed. */
  flushUnconfirmed(): void {
    for (const key of [...this.#tracked.keys()]) this.#forget(key, false)
  }

  save(): SavedEstimates {
    const own = this.#firstHeight === 0 ? 0 : this.#bestHeight - this.#firstHeight
    const isOwn = own > Math.floor(this.#historicalSpan / 2)
    const { short, medium, long } = this.#stats
    return {
      bestHeight: this.#bestHeight,
      historicalFirst: isOwn ? this.#firstHeight : this.#historicalFirst,
      historicalBest: isOwn ? this.#bestHeight : this.#historicalBest,
      buckets: this.#buckets,
      stats: { short: short.averages, medium: medium.averages, long: long.averages },
    }
  }
}
