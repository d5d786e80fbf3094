import { err, ok } from '@ply/bytes'
import { type Choice, computeRests, MAX_STEPS, type SelectionOutcome, skipTwins, sortByValue } from './choice.ts'

/**
 * Looks for choices whose effective values hit `[target, target + tolerance]`, so that no change is needed, with the
 * least waste (Erhardt, "An Evaluation of Coin Selection Strategies"). Depth first: take each choice, largest first,
 * or leave it; turn back when the sum is over the range, the inputs are too heavy, or the rest cannot reach the target.
 */
export function selectBranchAndBound<C extends Choice>(
  choices: readonly C[],
  {
    target,
    tolerance,
    maxWeight = Infinity,
  }: { readonly target: bigint; readonly tolerance: bigint; readonly maxWeight?: number },
): SelectionOutcome<C> {
  const sorted = sortByValue(choices, ({ timingCost }) => timingCost)
  const rests = computeRests(sorted)
  if (rests[0]! < target) return err('insufficient')

  const chosen: number[] = []
  const dear = (sorted[0]?.timingCost ?? 0n) > 0n
  let [sum, timing, weight] = [0n, 0n, 0]
  let best: readonly number[] | undefined
  let bestWaste = 0n
  let tooHeavy = false
  let next = 0
  for (let step = 0; step < MAX_STEPS; step++) {
    const waste = timing + (sum - target)
    const canReach = sum + rests[next]! >= target
    if (canReach && weight > maxWeight) tooHeavy = true
    const hopeless =
      sum > target + tolerance ||
      !canReach ||
      weight > maxWeight ||
      // With dear fees, each further choice only adds to the waste.
      (best !== undefined && timing > bestWaste && dear)
    const hit = !hopeless && sum >= target
    if (hit && (best === undefined || waste <= bestWaste)) {
      best = [...chosen]
      bestWaste = waste
    }
    if (!hopeless && !hit) {
      // The rest can reach the target, so there is a choice to take. After leaving one, its twins are left too.
      chosen.push(next)
      sum += sorted[next]!.effectiveValue
      timing += sorted[next]!.timingCost
      weight += sorted[next]!.weight
      next++
      continue
    }
    const last = chosen.pop()
    if (last === undefined) break
    sum -= sorted[last]!.effectiveValue
    timing -= sorted[last]!.timingCost
    weight -= sorted[last]!.weight
    next = skipTwins(sorted, last + 1)
  }
  if (best) return ok(best.map((index) => sorted[index]!))
  return err(tooHeavy ? 'too-heavy' : 'insufficient')
}
