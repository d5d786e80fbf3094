import type { SelectableCoin } from '../state/coin.ts'
import type { Candidate } from './candidate.ts'

/** Search steps after which the best find so far has to do. */
const MAX_STEPS = 100_000

/**
 * Looks for coins whose effective values hit `[target, target + tolerance]`, so that no change is needed, with the
 * least waste (Erhardt, "An Evaluation of Coin Selection Strategies"). Depth first: take each coin, largest first,
 * or leave it; turn back when the sum is over the range or the rest cannot reach it.
 */
export function selectBranchAndBound<C extends SelectableCoin>(
  candidates: readonly Candidate<C>[],
  target: bigint,
  tolerance: bigint,
): readonly Candidate<C>[] | undefined {
  const sorted = [...candidates].sort((a, b) => Number(b.effectiveValue - a.effectiveValue))
  // What is still to be had from index i on.
  const rest = new Array<bigint>(sorted.length + 1).fill(0n)
  for (let i = sorted.length - 1; i >= 0; i--) rest[i] = rest[i + 1]! + sorted[i]!.effectiveValue
  if (rest[0]! < target) return undefined

  const chosen: number[] = []
  let sum = 0n
  let timing = 0n
  let best: readonly number[] | undefined
  let bestWaste = 0n
  let next = 0
  for (let step = 0; step < MAX_STEPS; step++) {
    const waste = timing + (sum - target)
    const hopeless =
      sum > target + tolerance ||
      sum + rest[next]! < target ||
      // With dear fees, each further coin only adds to the waste.
      (best !== undefined && timing > bestWaste && (sorted[0]?.timingCost ?? 0n) > 0n)
    const hit = !hopeless && sum >= target
    if (hit && (best === undefined || waste <= bestWaste)) {
      best = [...chosen]
      bestWaste = waste
    }
    if (!hopeless && !hit) {
      // The rest can reach the target, so there is a coin to take. After leaving a coin, its twins are left too.
      chosen.push(next)
      sum += sorted[next]!.effectiveValue
      timing += sorted[next]!.timingCost
      next++
      continue
    }
    const last = chosen.pop()
    if (last === undefined) break
    sum -= sorted[last]!.effectiveValue
    timing -= sorted[last]!.timingCost
    next = last + 1
    while (next < sorted.length && isTwin(sorted[next]!, sorted[last]!)) next++
  }
  return best?.map((index) => sorted[index]!)
}

const isTwin = (a: Candidate, b: Candidate): boolean => a.effectiveValue === b.effectiveValue && a.fee === b.fee
