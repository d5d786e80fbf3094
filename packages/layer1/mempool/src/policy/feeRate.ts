/** The fee of `vsize` vbytes at `feeRate` (satoshi per 1000 vbytes), rounded up. */
export function computeFee(feeRate: bigint, vsize: number): bigint {
  return (feeRate * BigInt(vsize) + 999n) / 1000n
}

/** Satoshi per 1000 vbytes, rounded down. */
export function computeFeeRate(fee: bigint, vsize: number): bigint {
  return vsize === 0 ? 0n : (fee * 1000n) / BigInt(vsize)
}

/** What a set of transactions pays for its room. `size` is in weight units. */
export interface FeeAndSize {
  readonly fee: bigint
  readonly size: number
}

/** Negative if `a` pays less for its room than `b`, zero if the same. Exact: no division. */
export function compareFeeRate(a: FeeAndSize, b: FeeAndSize): number {
  const left = a.fee * BigInt(b.size)
  const right = b.fee * BigInt(a.size)
  return left < right ? -1 : left > right ? 1 : 0
}
