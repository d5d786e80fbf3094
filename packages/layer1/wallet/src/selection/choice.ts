import type { Result } from '@ply/bytes'

/** What selection chooses from: a coin, or coins that are spent together. */
export interface Choice {
  /** Satoshi that it brings to the payment. */
  readonly effectiveValue: bigint
  /** Fee now minus fee in the long run: negative where now is a good time to spend. */
  readonly timingCost: bigint
  /** Of its inputs, signed. */
  readonly weight: number
}

/** What was chosen, or why nothing was: too little there, or only by inputs that are too heavy together. */
export type SelectionOutcome<C> = Result<readonly C[], 'insufficient' | 'too-heavy'>

/** Search steps after which the best find so far has to do. */
export const MAX_STEPS = 100_000

/** The largest first; `tieBreak` says which of two of a size comes first. */
export function sortByValue<C extends Choice>(choices: readonly C[], tieBreak: (choice: C) => bigint | number): C[] {
  const order = (a: bigint | number, b: bigint | number): number => (a < b ? -1 : a > b ? 1 : 0)
  return [...choices].sort((a, b) => order(b.effectiveValue, a.effectiveValue) || order(tieBreak(a), tieBreak(b)))
}

/** What is to be had from each place on; one more entry than there are choices. */
export function computeRests(choices: readonly Choice[]): readonly bigint[] {
  const rests = new Array<bigint>(choices.length + 1).fill(0n)
  for (let i = choices.length - 1; i >= 0; i--) rests[i] = rests[i + 1]! + choices[i]!.effectiveValue
  return rests
}

/** The first place from `place` on whose choice brings something else than the one before it. */
export function skipTwins(choices: readonly Choice[], place: number): number {
  let next = place
  while (next < choices.length && choices[next]!.effectiveValue === choices[next - 1]!.effectiveValue) next++
  return next
}
