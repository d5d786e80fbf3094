import type { Choice } from '../selection/choice.ts'
import type { SelectableCoin } from '../state/coin.ts'
import { type FeeRate, feeForWeight, SAT_PER_VBYTE } from './feeRate.ts'

/** What spending will cost in the long run; above it a wallet prefers few inputs, below it many. */
export const LONG_TERM_FEE_RATE: FeeRate = 10n * SAT_PER_VBYTE

/** A coin with what spending it costs at the wanted fee rate. */
export interface Candidate<C extends SelectableCoin = SelectableCoin> extends Choice {
  readonly coin: C
  readonly fee: bigint
}

export function createCandidate<C extends SelectableCoin>(coin: C, feeRate: FeeRate): Candidate<C> {
  const fee = feeForWeight(coin.inputWeight, feeRate)
  return {
    coin,
    fee,
    effectiveValue: coin.output.value - fee,
    weight: coin.inputWeight,
    timingCost: fee - feeForWeight(coin.inputWeight, LONG_TERM_FEE_RATE),
  }
}

export const sumEffective = (candidates: readonly Candidate[]): bigint =>
  candidates.reduce((sum, candidate) => sum + candidate.effectiveValue, 0n)
