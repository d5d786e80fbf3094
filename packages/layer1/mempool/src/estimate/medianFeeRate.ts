/** What statistics know of one bucket. */
export interface BucketCounts {
  readonly withinTarget: number
  readonly totalConfirmed: number
  readonly inMempool: number
  readonly leftMempool: number
  /** Sum of the confirmed ones' feerates. */
  readonly feeRates: number
}

/** Some buckets together, which begin behind `start` and end with `end`. */
export interface BucketRange extends Omit<BucketCounts, 'feeRates'> {
  readonly start: number
  readonly end: number
}

export interface MedianFeeRate {
  /** Satoshi per 1000 vbytes; undefined where too little is known, or nothing is good enough. */
  readonly feeRate: number | undefined
  /** The lowest range that was good enough. */
  readonly pass: BucketRange | undefined
  /** The highest range below it that was not. */
  readonly fail: BucketRange | undefined
}

export interface StatsEstimate extends MedianFeeRate {
  readonly decay: number
  readonly scale: number
}

type Sums = { -readonly [K in keyof Omit<BucketCounts, 'feeRates'>]: number }

const nothing = (): Sums => ({ withinTarget: 0, totalConfirmed: 0, inMempool: 0, leftMempool: 0 })

/**
 * Goes from the highest bucket down, in ranges with `enough` confirmed transactions each: the lowest range in which at
 * least the part `threshold` was in time decides. The answer is the average of the bucket with its median transaction.
 */
export function computeMedianFeeRate(
  buckets: readonly number[],
  countsOf: (bucket: number) => BucketCounts,
  { enough, threshold }: { readonly enough: number; readonly threshold: number },
): MedianFeeRate {
  const rangeOf = (low: number, high: number, sums: Sums): BucketRange => ({
    start: low > 0 ? buckets[low - 1]! : 0,
    end: buckets[high]!,
    ...sums,
  })
  let high = buckets.length - 1
  let sums = nothing()
  let since = 0
  let best: { readonly low: number; readonly high: number; readonly sums: Sums } | undefined
  let fail: BucketRange | undefined
  for (let bucket = high; bucket >= 0; bucket--) {
    const counts = countsOf(bucket)
    for (const name of ['withinTarget', 'totalConfirmed', 'inMempool', 'leftMempool'] as const) {
      sums[name] += counts[name]
    }
    since += counts.totalConfirmed
    if (since < enough) continue
    since = 0
    if (sums.withinTarget / (sums.totalConfirmed + sums.leftMempool + sums.inMempool) < threshold) {
      fail ??= rangeOf(bucket, high, { ...sums })
      continue
    }
    fail = undefined
    best = { low: bucket, high, sums }
    sums = nothing()
    high = bucket - 1
  }
  // The lowest buckets had too few to be judged.
  if (high >= 0) fail ??= rangeOf(0, high, sums)
  const feeRate = best && medianOf(best, countsOf)
  return { feeRate, pass: feeRate === undefined ? undefined : best && rangeOf(best.low, best.high, best.sums), fail }
}

function medianOf(
  { low, high }: { readonly low: number; readonly high: number },
  countsOf: (bucket: number) => BucketCounts,
): number | undefined {
  const range = Array.from({ length: high - low + 1 }, (_, i) => countsOf(low + i))
  let left = range.reduce((sum, { totalConfirmed }) => sum + totalConfirmed, 0) / 2
  if (left === 0) return undefined
  for (const { totalConfirmed, feeRates } of range) {
    if (totalConfirmed >= left) return feeRates / totalConfirmed
    left -= totalConfirmed
  }
  return undefined
}
