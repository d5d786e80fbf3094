import type { Entropy } from '@ply/ports'
import { selectBranchAndBound } from '../selection/branchAndBound.ts'
import type { SelectableCoin } from '../state/coin.ts'
import { type Candidate, createCandidate, sumEffective } from './candidate.ts'
import type { FeeRate } from './feeRate.ts'
import { shuffle } from './shuffle.ts'

export interface SelectionRequest<C extends SelectableCoin = SelectableCoin> {
  readonly coins: readonly C[]
  /** Satoshi that must remain after each input has paid for itself: outputs and the fee of everything but inputs. */
  readonly target: bigint
  readonly feeRate: FeeRate
  /** Fee of a change output. */
  readonly changeFee: bigint
  /** Fee of spending the change one day. */
  readonly changeSpendFee: bigint
  /** Least change worth making. */
  readonly minChange: bigint
  readonly entropy: Entropy
}

/** Adds candidates in their order until they reach `goal`. */
function accumulate<C extends SelectableCoin>(
  candidates: readonly Candidate<C>[],
  goal: bigint,
): readonly Candidate<C>[] | undefined {
  if (goal <= 0n) return []
  let sum = 0n
  for (const [index, candidate] of candidates.entries()) {
    sum += candidate.effectiveValue
    if (sum >= goal) return candidates.slice(0, index + 1)
  }
  return undefined
}

/**
 * Chooses coins for a payment: exactly without change if branch and bound finds such a set, else the less wasteful of
 * a random draw and the largest coins, with change; and if the coins suffice only without change, the largest.
 * Coins that cost more than they bring are left alone. Undefined if the coins do not suffice.
 */
export function selectCoins<C extends SelectableCoin>(request: SelectionRequest<C>): readonly C[] | undefined {
  const { target, changeFee, changeSpendFee, minChange } = request
  const candidates = request.coins
    .map((coin) => createCandidate(coin, request.feeRate))
    .filter((candidate) => candidate.effectiveValue > 0n)
  const withoutChange = selectBranchAndBound(candidates, { target, tolerance: changeFee + changeSpendFee })
  if (withoutChange.ok) return withoutChange.value.map(({ coin }) => coin)

  const largest = [...candidates].sort((a, b) => Number(b.effectiveValue - a.effectiveValue))
  const goal = target + changeFee + minChange
  const selections = [accumulate(shuffle(candidates, request.entropy), goal), accumulate(largest, goal)]
  const waste = (selection: readonly Candidate<C>[]): bigint =>
    selection.reduce((sum, { timingCost }) => sum + timingCost, 0n)
  const best = selections
    .filter((selection) => selection !== undefined)
    .reduce<readonly Candidate<C>[] | undefined>((a, b) => (a && waste(a) <= waste(b) ? a : b), undefined)
  const chosen = best ?? (sumEffective(candidates) >= target ? accumulate(largest, target) : undefined)
  return chosen?.map(({ coin }) => coin)
}
