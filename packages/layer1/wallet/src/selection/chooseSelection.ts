import { err, ok, type Result } from '@ply/bytes'
import type { OutPoint } from '@ply/primitives'
import type { Entropy } from '@ply/ports'
import { randomBelow } from '../coins/shuffle.ts'
import { selectBranchAndBound } from './branchAndBound.ts'
import type { SelectionOutcome } from './choice.ts'
import { grindCoins } from './coinGrinder.ts'
import { solveKnapsack } from './knapsack.ts'
import type { EligibleCoin, OutputGroup, SelectionRates } from './outputGroup.ts'
import { type ChangeCosts, leastWasteful, type Selection } from './selection.ts'
import { drawRandomly } from './singleRandomDraw.ts'

/** Satoshi within which the size of change is drawn by lot, so that it does not show. */
const CHANGE_LOWER = 50_000n
const CHANGE_UPPER = 1_000_000n

/** The change that is worth having beside a payment of so much. */
export function drawChangeTarget(payment: bigint, changeFee: bigint, entropy: Entropy): bigint {
  if (payment <= CHANGE_LOWER / 2n) return changeFee + CHANGE_LOWER
  const upper = payment * 2n < CHANGE_UPPER ? payment * 2n : CHANGE_UPPER
  return changeFee + BigInt(randomBelow(entropy, Number(upper - CHANGE_LOWER))) + CHANGE_LOWER
}

/** A payment that coins are selected for. Amounts in satoshi, weights in units of BIP 141. */
export interface SelectionParams {
  readonly rates: SelectionRates
  readonly costs: ChangeCosts
  readonly changeTarget: bigint
  readonly changeWeight: number
  /** Of the transaction without inputs. */
  readonly baseWeight: number
  readonly maxWeight: number
  /** The recipients pay the fee. */
  readonly fullValue: boolean
  readonly entropy: Entropy
  /** What the unconfirmed ancestors of coins lack all together to have the rate of the payment. */
  combinedBumpFee(outpoints: readonly OutPoint[]): bigint
}

/** Bitcoin Core's words; `undefined` says only that there is not enough. */
export type SelectionFailure = string | undefined

export const TOO_HEAVY =
  "The inputs size exceeds the maximum weight. Please try sending a smaller amount or manually consolidating your wallet's UTXOs"

/** Minds that ancestors which coins have in common need to be paid for only once. */
function discountBumpFees<C extends EligibleCoin>(selection: Selection<C>, params: SelectionParams): Selection<C> {
  const unconfirmed = selection.coins.filter(({ coin }) => coin.depth <= 0)
  if (unconfirmed.length === 0) return selection
  const single = unconfirmed.reduce((total, { bumpFee }) => total + bumpFee, 0n)
  const excess = single - params.combinedBumpFee(unconfirmed.map(({ coin }) => coin.outpoint))
  return excess > 0n ? { ...selection, bumpDiscount: excess } : selection
}

function runAlgorithms<C extends EligibleCoin>(
  groups: readonly OutputGroup<C>[],
  target: bigint,
  params: SelectionParams,
): Result<readonly SelectionOutcome<OutputGroup<C>>[], string> {
  const { costs, changeTarget, rates, entropy } = params
  const worthwhile = groups.filter(({ effectiveValue }) => effectiveValue > 0n)
  let maxWeight = params.maxWeight - params.baseWeight
  if (maxWeight <= 0) return err('Maximum transaction weight is less than transaction weight without inputs')
  const outcomes: SelectionOutcome<OutputGroup<C>>[] = []
  // Where the recipients pay the fee, a set without change tends to take too much from them.
  if (!params.fullValue) outcomes.push(selectBranchAndBound(worthwhile, { target, tolerance: costs.cost, maxWeight }))
  maxWeight -= params.changeWeight
  if (maxWeight < 0 && !outcomes.some(({ ok: found }) => found)) {
    return err('Maximum transaction weight is too low, can not accommodate change output')
  }
  outcomes.push(solveKnapsack(groups, { target, changeTarget, maxWeight, entropy }))
  if (rates.feeRate > 3n * rates.longTermRate) {
    outcomes.push(grindCoins(worthwhile, { goal: target + changeTarget, maxWeight }))
  }
  outcomes.push(drawRandomly(worthwhile, { goal: target + CHANGE_LOWER + costs.changeFee, maxWeight, entropy }))
  return ok(outcomes)
}

/** Chooses groups by every algorithm, and takes the least wasteful choice. */
export function chooseSelection<C extends EligibleCoin>(
  groups: readonly OutputGroup<C>[],
  target: bigint,
  params: SelectionParams,
): Result<Selection<C>, SelectionFailure> {
  const outcomes = runAlgorithms(groups, target, params)
  if (!outcomes.ok) return outcomes
  const { fullValue, costs } = params
  const selections = outcomes.value.flatMap((outcome) =>
    outcome.ok ? [{ coins: outcome.value.flatMap(({ coins }) => coins), target, fullValue, bumpDiscount: 0n }] : [],
  )
  const best = leastWasteful(
    selections.map((selection) => discountBumpFees(selection, params)),
    costs,
  )
  if (best) return ok(best)
  return err(outcomes.value.some((outcome) => !outcome.ok && outcome.error === 'too-heavy') ? TOO_HEAVY : undefined)
}
