import type { FeeRate } from '@ply/wallet'

// Lightning counts satoshi per 1000 weight, the wallet per 1000 vbytes.

export const feeRateOfKw = (satPerKw: number): FeeRate => BigInt(Math.ceil(satPerKw)) * 4n
