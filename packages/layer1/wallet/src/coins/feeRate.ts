/** Satoshi per 1000 virtual bytes, as RPC and relay policy count. 1 sat/vB is 1000n. */
export type FeeRate = bigint

/** One satoshi per virtual byte. */
export const SAT_PER_VBYTE: FeeRate = 1000n

/** The fee of so much weight, rounded up. */
export function feeForWeight(weight: number, feeRate: FeeRate): bigint {
  return (BigInt(weight) * feeRate + 3999n) / 4000n
}

/** The fee of a whole transaction: nodes count in virtual bytes, themselves rounded up. */
export function feeForTransaction(weight: number, feeRate: FeeRate): bigint {
  return (BigInt(Math.ceil(weight / 4)) * feeRate + 999n) / 1000n
}
