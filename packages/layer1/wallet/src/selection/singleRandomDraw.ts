import { err, ok } from '@ply/bytes'
import type { Entropy } from '@ply/ports'
import { shuffle } from '../coins/shuffle.ts'
import type { Choice, SelectionOutcome } from './choice.ts'

/** The place of the choice that brings least; of two alike the heavier. */
function leastPlace(choices: readonly Choice[]): number {
  let least = 0
  for (const [place, { effectiveValue, weight }] of choices.entries()) {
    const other = choices[least]!
    if (effectiveValue < other.effectiveValue || (effectiveValue === other.effectiveValue && weight > other.weight)) {
      least = place
    }
  }
  return least
}

/** Takes choices in random order until they reach the goal; where they get too heavy, those that bring least go again. */
export function drawRandomly<C extends Choice>(
  choices: readonly C[],
  { goal, maxWeight, entropy }: { readonly goal: bigint; readonly maxWeight: number; readonly entropy: Entropy },
): SelectionOutcome<C> {
  const drawn: C[] = []
  let [sum, weight] = [0n, 0]
  let tooHeavy = false
  for (const choice of shuffle(choices, entropy)) {
    drawn.push(choice)
    sum += choice.effectiveValue
    weight += choice.weight
    while (weight > maxWeight && drawn.length > 0) {
      tooHeavy = true
      const [least] = drawn.splice(leastPlace(drawn), 1)
      sum -= least!.effectiveValue
      weight -= least!.weight
    }
    if (sum >= goal) return ok(drawn)
  }
  return err(tooHeavy ? 'too-heavy' : 'insufficient')
}
