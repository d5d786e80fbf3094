import { err, ok } from '@ply/bytes'
import { type Choice, computeRests, MAX_STEPS, type SelectionOutcome, skipTwins, sortByValue } from './choice.ts'

/** Lightest weight behind each place; infinite behind the last. */
function computeLightest(choices: readonly Choice[]): readonly number[] {
  const lightest = new Array<number>(choices.length).fill(Infinity)
  for (let i = choices.length - 2; i >= 0; i--) lightest[i] = Math.min(lightest[i + 1]!, choices[i + 1]!.weight)
  return lightest
}

/** Walks through sets of choices, depth first, for the lightest one that reaches a goal. */
class Grinder<C extends Choice> {
  readonly #sorted: readonly C[]
  readonly #rests: readonly bigint[]
  readonly #lightest: readonly number[]
  readonly #goal: bigint
  readonly #maxWeight: number
  readonly #chosen: number[] = []
  #sum = 0n
  #weight = 0
  #best: readonly number[] | undefined
  #bestWeight: number
  #bestSum = 0n
  #tooHeavy = false

  constructor(choices: readonly C[], goal: bigint, maxWeight: number) {
    this.#sorted = sortByValue(choices, ({ weight }) => weight)
    this.#rests = computeRests(this.#sorted)
    this.#lightest = computeLightest(this.#sorted)
    this.#goal = goal
    this.#maxWeight = maxWeight
    this.#bestWeight = maxWeight
  }

  #take(place: number): void {
    this.#chosen.push(place)
    this.#sum += this.#sorted[place]!.effectiveValue
    this.#weight += this.#sorted[place]!.weight
  }

  /** Gives the last choice back; its place, or undefined where there is none. */
  #giveBack(): number | undefined {
    const place = this.#chosen.pop()
    if (place === undefined) return undefined
    this.#sum -= this.#sorted[place]!.effectiveValue
    this.#weight -= this.#sorted[place]!.weight
    return place
  }

  /** The weight that must be added at least to reach the goal with choices no larger than the last one. */
  #leastToAdd(last: number): number {
    const { effectiveValue } = this.#sorted[last]!
    return this.#lightest[last]! * Number((this.#goal - this.#sum + effectiveValue - 1n) / effectiveValue)
  }

  /** Looks at the set as it is: go on adding, try another in the last one's place, or in the place of the one before. */
  #judge(last: number): 'explore' | 'shift' | 'cut' {
    const lighterFollow = this.#sorted[last]!.weight > this.#lightest[last]!
    if (this.#sum + this.#rests[last + 1]! < this.#goal) return 'cut'
    if (this.#weight > this.#bestWeight) {
      if (this.#weight > this.#maxWeight) this.#tooHeavy = true
      return lighterFollow ? 'shift' : 'cut'
    }
    if (this.#sum >= this.#goal) {
      if (!this.#best || this.#weight < this.#bestWeight || this.#sum < this.#bestSum) {
        this.#best = [...this.#chosen]
        this.#bestWeight = this.#weight
        this.#bestSum = this.#sum
      }
      return 'shift'
    }
    if (this.#best && this.#weight + this.#leastToAdd(last) > this.#bestWeight) return lighterFollow ? 'shift' : 'cut'
    return 'explore'
  }

  run(): SelectionOutcome<C> {
    const { length } = this.#sorted
    if (length === 0 || this.#rests[0]! < this.#goal) return err('insufficient')
    let next: number | undefined = 0
    for (let step = 0; step < MAX_STEPS && next !== undefined; step++) {
      this.#take(next)
      let verdict = this.#judge(next)
      if (next + 1 === length) verdict = 'cut'
      if (verdict === 'explore') {
        next++
        continue
      }
      if (verdict === 'cut') this.#giveBack()
      do {
        const last = this.#giveBack()
        next = last === undefined ? undefined : skipTwins(this.#sorted, last + 1)
      } while (next === length)
    }
    if (this.#best) return ok(this.#best.map((place) => this.#sorted[place]!))
    return err(this.#tooHeavy ? 'too-heavy' : 'insufficient')
  }
}

/**
 * The lightest choices whose effective values reach the goal, as Bitcoin Core's CoinGrinder: for times when inputs are
 * dear.
 */
export const grindCoins = <C extends Choice>(
  choices: readonly C[],
  { goal, maxWeight }: { readonly goal: bigint; readonly maxWeight: number },
): SelectionOutcome<C> => new Grinder(choices, goal, maxWeight).run()
