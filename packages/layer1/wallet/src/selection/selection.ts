import type { SelectableCoin } from '../state/coin.ts'
import { netValue, type PricedCoin } from './outputGroup.ts'

/** Coins that were chosen for a target, in satoshi. */
export interface Selection<C extends SelectableCoin = SelectableCoin> {
  readonly coins: readonly PricedCoin<C>[]
  readonly target: bigint
  /** The recipients pay the fee: coins count as all that they are worth. */
  readonly fullValue: boolean
  /** What the coins' bump fees are too much together, where they have ancestors in common. */
  readonly bumpDiscount: bigint
}

/** What a change output costs, and from where on it is worth it. */
export interface ChangeCosts {
  readonly changeFee: bigint
  /** Making it now and spending it one day. */
  readonly cost: bigint
  readonly least: bigint
}

const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n)

export const selectedValue = ({ coins }: Pick<Selection, 'coins'>): bigint =>
  sum(coins.map(({ coin }) => coin.output.value))

/** What the coins bring to the target. */
export const contribution = (selection: Selection): bigint =>
  selection.fullValue ? selectedValue(selection) : sum(selection.coins.map(netValue)) + selection.bumpDiscount

export const totalBumpFee = ({ coins, bumpDiscount }: Selection): bigint =>
  sum(coins.map(({ bumpFee }) => bumpFee)) - bumpDiscount

/** Change that is left over; 0 where it would be too little. */
export function computeChange(selection: Selection, { changeFee, least }: ChangeCosts): bigint {
  // Where the recipients pay the fee, they pay that of the change, too.
  const change = contribution(selection) - selection.target - (selection.fullValue ? 0n : changeFee)
  return change < least ? 0n : change
}

/** Bitcoin Core's waste metric: spending now and not later, and making change or leaving what is over. */
export function computeWaste(selection: Selection, costs: ChangeCosts): bigint {
  const timing = sum(selection.coins.map(({ fee, longTermFee }) => fee - longTermFee)) - selection.bumpDiscount
  const changeless = computeChange(selection, costs) === 0n
  return timing + (changeless ? contribution(selection) - selection.target : costs.cost)
}

/** The one that wastes least; of two alike the one that spends more coins. */
export function leastWasteful<C extends SelectableCoin>(
  selections: readonly Selection<C>[],
  costs: ChangeCosts,
): Selection<C> | undefined {
  let best: { readonly selection: Selection<C>; readonly waste: bigint } | undefined
  for (const selection of selections) {
    const waste = computeWaste(selection, costs)
    const isBetter =
      !best || waste < best.waste || (waste === best.waste && selection.coins.length > best.selection.coins.length)
    if (isBetter) best = { selection, waste }
  }
  return best?.selection
}
