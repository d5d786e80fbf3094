import type { Coin } from '../state/coin.ts'
import { type FeeRate, feeForWeight, SAT_PER_VBYTE } from './feeRate.ts'
import { inputWeight } from './weight.ts'

/** What spending will cost in the long run; above it a wallet prefers few inputs, below it many. */
export const LONG_TERM_FEE_RATE: FeeRate = 10n * SAT_PER_VBYTE

/** A coin with what spending it costs at the wanted fee rate. */
export interface Candidate {
  readonly coin: Coin
  readonly fee: bigint
  /** Value minus fee: what the coin brings to the payment. */
  readonly effectiveValue: bigint
  /** Fee now minus fee in the long run: negative where now is a good time to spend. */
  readonly timingCost: bigint
}

export function createCandidate(coin: Coin, feeRate: FeeRate): Candidate {
  const weight = inputWeight(coin.key.type)
  const fee = feeForWeight(weight, feeRate)
  return {
    coin,
    fee,
    effectiveValue: coin.output.value - fee,
    timingCost: fee - feeForWeight(weight, LONG_TERM_FEE_RATE),
  }
}

export const sumEffective = (candidates: readonly Candidate[]): bigint =>
  candidates.reduce((sum, candidate) => sum + candidate.effectiveValue, 0n)
