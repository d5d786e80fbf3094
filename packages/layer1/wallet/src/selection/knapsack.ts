import { err, ok } from '@ply/bytes'
import type { Entropy } from '@ply/ports'
import { shuffle } from '../coins/shuffle.ts'
import { type Choice, type SelectionOutcome, sortByValue } from './choice.ts'

/** Random sets that are tried for one goal. */
const TRIES = 1000

interface Bounds {
  readonly entropy: Entropy
  readonly maxWeight: number
}

/** All satoshi there are fit into a double exactly, and the search adds a great many. */
interface Item {
  readonly value: number
  readonly weight: number
}

const totalOf = (choices: readonly Choice[]): bigint => choices.reduce((sum, each) => sum + each.effectiveValue, 0n)
const weightOf = (choices: readonly Choice[]): number => choices.reduce((sum, { weight }) => sum + weight, 0)

/** The places of a set whose sum is as little over the goal as random tries find; all of them where none fits. */
function approximate(items: readonly Item[], goal: number, { entropy, maxWeight }: Bounds): readonly number[] {
  let best: readonly number[] = [...items.keys()]
  let bestSum = items.reduce((sum, { value }) => sum + value, 0)
  for (let attempt = 0; attempt < TRIES && bestSum !== goal; attempt++) {
    const bits = entropy.bytes(Math.ceil(items.length / 8))
    const taken = new Uint8Array(items.length)
    let [sum, weight] = [0, 0]
    let reached = false
    // First each with a chance of one half, then the others.
    for (let pass = 0; pass < 2 && !reached; pass++) {
      for (const [place, item] of items.entries()) {
        const wanted = pass === 0 ? (bits[place >> 3]! >> (place & 7)) & 1 : !taken[place]
        if (!wanted) continue
        sum += item.value
        weight += item.weight
        taken[place] = 1
        if (sum < goal || weight > maxWeight) continue
        reached = true
        if (sum < bestSum) {
          bestSum = sum
          best = [...items.keys()].filter((each) => taken[each])
        }
        sum -= item.value
        weight -= item.weight
        taken[place] = 0
      }
    }
  }
  return best
}

/**
 * A set that comes near a target from above, else one with room for change, else the smallest choice that is large
 * enough alone: Bitcoin Core's oldest algorithm, which spends small coins, too.
 */
export function solveKnapsack<C extends Choice>(
  choices: readonly C[],
  { target, changeTarget, ...bounds }: Bounds & { readonly target: bigint; readonly changeTarget: bigint },
): SelectionOutcome<C> {
  const { maxWeight } = bounds
  const light = shuffle(choices, bounds.entropy).filter(({ weight }) => weight <= maxWeight)
  let tooHeavy = light.length < choices.length
  const exact = light.find(({ effectiveValue }) => effectiveValue === target)
  if (exact) return ok([exact])
  const isSmall = ({ effectiveValue }: Choice): boolean => effectiveValue < target + changeTarget
  const [larger] = sortByValue(
    light.filter((each) => !isSmall(each)),
    () => 0,
  ).slice(-1)
  const small = sortByValue(light.filter(isSmall), ({ timingCost }) => timingCost)
  const total = totalOf(small)
  if (total === target) {
    if (weightOf(small) <= maxWeight) return ok(small)
    tooHeavy = true
  }
  if (total < target) return larger ? ok([larger]) : err(tooHeavy ? 'too-heavy' : 'insufficient')
  const found = nearest(small, { ...bounds, target, changeTarget })
  const sum = totalOf(found)
  const missed = sum !== target && sum < target + changeTarget
  if (larger && (missed || larger.effectiveValue <= sum)) return ok([larger])
  if (weightOf(found) <= maxWeight) return ok(found)
  return larger ? ok([larger]) : err('too-heavy')
}

/** Without change if that works out exactly, else with as much as is wanted. */
function nearest<C extends Choice>(
  small: readonly C[],
  { target, changeTarget, ...bounds }: Bounds & { readonly target: bigint; readonly changeTarget: bigint },
): readonly C[] {
  const items = small.map(({ effectiveValue, weight }) => ({ value: Number(effectiveValue), weight }))
  const at = (places: readonly number[]): readonly C[] => places.map((place) => small[place]!)
  const found = at(approximate(items, Number(target), bounds))
  if (totalOf(found) === target || totalOf(small) < target + changeTarget) return found
  return at(approximate(items, Number(target + changeTarget), bounds))
}
