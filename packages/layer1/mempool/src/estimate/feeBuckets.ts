const MIN_BUCKET_FEERATE = 100
const MAX_BUCKET_FEERATE = 1e7
/** Each bucket reaches so much further than the one before. */
const FEE_SPACING = 1.05
/** The last bucket has no end. */
export const INF_FEERATE = 1e99

/** Bitcoin Core's ranges of feerates (satoshi per 1000 vbytes) by their upper ends, both ends of all included. */
export const DEFAULT_FEE_BUCKETS: readonly number[] = (() => {
  const ends: number[] = []
  for (let end = MIN_BUCKET_FEERATE; end <= MAX_BUCKET_FEERATE; end *= FEE_SPACING) ends.push(end)
  return [...ends, INF_FEERATE]
})()

/** Index of the bucket that a feerate falls into. */
export function findFeeBucket(buckets: readonly number[], feeRate: number): number {
  let [low, high] = [0, buckets.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if (buckets[middle]! < feeRate) low = middle + 1
    else high = middle
  }
  return low
}
