import { bytesToHex } from '@ply/bytes'
import { type FeeRate, feeForTransaction } from '../coins/feeRate.ts'
import type { SelectableCoin } from '../state/coin.ts'
import type { Choice } from './choice.ts'

/** So many coins of one script are spent together at most. */
export const MAX_GROUP_SIZE = 100

/** What selection asks of a coin beside its value and its input. */
export interface EligibleCoin extends SelectableCoin {
  /** Confirmations; 0 in the mempool. */
  readonly depth: number
  /** The wallet made the transaction. */
  readonly fromMe: boolean
  /** Unconfirmed transactions that it depends on, its own among them, and those in their cluster. */
  readonly ancestors: number
  readonly clusterSize: number
}

/** A coin with what spending it costs. Amounts in satoshi. */
export interface PricedCoin<C extends SelectableCoin = SelectableCoin> {
  readonly coin: C
  /** Of its input, with `bumpFee`. */
  readonly fee: bigint
  readonly longTermFee: bigint
  /** What its unconfirmed ancestors lack to have the rate of the payment. */
  readonly bumpFee: bigint
}

/** Fee rates in satoshi per 1000 vbytes. */
export interface SelectionRates {
  readonly feeRate: FeeRate
  /** What spending will cost in the long run; above it a wallet prefers few inputs, below it many. */
  readonly longTermRate: FeeRate
}

export const priceCoin = <C extends SelectableCoin>(
  coin: C,
  { feeRate, longTermRate }: SelectionRates,
  bumpFee = 0n,
): PricedCoin<C> => ({
  coin,
  fee: feeForTransaction(coin.inputWeight, feeRate) + bumpFee,
  longTermFee: feeForTransaction(coin.inputWeight, longTermRate),
  bumpFee,
})

/** What a coin brings to a payment after it has paid for itself. */
export const netValue = ({ coin, fee }: PricedCoin): bigint => coin.output.value - fee

/** Coins that are spent together. */
export interface OutputGroup<C extends EligibleCoin = EligibleCoin> extends Choice {
  readonly coins: readonly PricedCoin<C>[]
  readonly depth: number
  readonly fromMe: boolean
  readonly ancestors: number
  readonly clusterSize: number
}

const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n)

/** `fullValue`: the recipients pay the fee, so that a coin brings all that it is worth. */
export function createGroup<C extends EligibleCoin>(
  coins: readonly PricedCoin<C>[],
  fullValue: boolean,
): OutputGroup<C> {
  return {
    coins,
    effectiveValue: sum(coins.map((each) => (fullValue ? each.coin.output.value : netValue(each)))),
    timingCost: sum(coins.map(({ fee, longTermFee }) => fee - longTermFee)),
    // Each input counts in whole vbytes.
    weight: coins.reduce((total, { coin }) => total + Math.ceil(coin.inputWeight / 4) * 4, 0),
    depth: Math.min(...coins.map(({ coin }) => coin.depth)),
    fromMe: coins.every(({ coin }) => coin.fromMe),
    // Common ancestors count twice: more than there are, never less.
    ancestors: coins.reduce((total, { coin }) => total + coin.ancestors, 0),
    clusterSize: Math.max(...coins.map(({ coin }) => coin.clusterSize)),
  }
}

/** Groups that belong to one script, and whether the last of several is not full. */
export interface ScriptGroups<C extends EligibleCoin> {
  readonly groups: readonly OutputGroup<C>[]
  readonly hasPartial: boolean
}

/** Coins of one script in groups, so that an address is spent from at once and not linked again later. */
export function groupByScript<C extends EligibleCoin>(
  coins: readonly PricedCoin<C>[],
  fullValue: boolean,
): readonly ScriptGroups<C>[] {
  const byScript = new Map<string, PricedCoin<C>[]>()
  for (const each of coins) {
    const script = bytesToHex(each.coin.output.scriptPubKey)
    const members = byScript.get(script)
    if (members) members.push(each)
    else byScript.set(script, [each])
  }
  return [...byScript.values()].map((members) => {
    const groups: OutputGroup<C>[] = []
    for (let from = 0; from < members.length; from += MAX_GROUP_SIZE) {
      groups.push(createGroup(members.slice(from, from + MAX_GROUP_SIZE), fullValue))
    }
    return { groups, hasPartial: groups.length > 1 }
  })
}
