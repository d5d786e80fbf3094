import { compactSizeLength, ok, type Result } from '@ply/bytes'
import { outPointKey } from '@ply/primitives'
import { drawChangeTarget } from '../../selection/chooseSelection.ts'
import { netValue, type PricedCoin, priceCoin } from '../../selection/outputGroup.ts'
import { type AutomaticParams, selectAutomatically } from '../../selection/selectAutomatically.ts'
import type { ChangeCosts, Selection } from '../../selection/selection.ts'
import { type AvailableCoin, availableCoins } from '../coins.ts'
import type { DescriptorWallet } from '../descriptorWallet.ts'
import { formatMoney } from '../formatMoney.ts'
import { type Change, outputSize } from './change.ts'
import { DEFAULT_VERSION, fail, MAX_STANDARD_TX_WEIGHT, maxTransactionWeight, type PaymentOrder, sum } from './order.ts'
import type { PresetCoin } from './presets.ts'

export type ChosenCoin = PresetCoin | AvailableCoin

/** Version, lock time, counts of inputs and of witness items, segwit marker. */
const BASE_SIZE = 10

const TOO_HEAVY_TOGETHER =
  "The combination of the pre-selected inputs and the wallet automatic inputs selection exceeds the transaction maximum weight. Please try sending a smaller amount or manually consolidating your wallet's UTXOs"

/** A payment before its coins are chosen. Amounts in satoshi. */
export interface Plan {
  readonly order: PaymentOrder
  readonly change: Change
  readonly costs: ChangeCosts
  /** What coins must bring: what is paid, with the fee of everything but inputs and change. */
  readonly target: bigint
  readonly recipientsSum: bigint
  /** The recipients pay the fee. */
  readonly fullValue: boolean
  readonly presets: readonly PricedCoin<PresetCoin>[]
}

/** Bytes of the transaction without inputs. */
export const sizeWithoutInputs = ({ recipients }: PaymentOrder): number =>
  BASE_SIZE + compactSizeLength(recipients.length) + recipients.reduce((size, each) => size + outputSize(each), 0)

const contributionOf = (coins: readonly PricedCoin[], fullValue: boolean): bigint =>
  sum(coins.map((each) => (fullValue ? each.coin.output.value : netValue(each))))

function findCoins(wallet: DescriptorWallet, { order, presets }: Plan): readonly PricedCoin<AvailableCoin>[] {
  const coins = availableCoins(wallet, {
    ...order.filter,
    except: new Set(presets.map(({ coin }) => outPointKey(coin.outpoint))),
    version: order.version ?? DEFAULT_VERSION,
  })
  const unconfirmed = coins.filter(({ depth }) => depth === 0).map(({ outpoint }) => outpoint)
  const { single } = wallet.environment.pool.bumpFees(unconfirmed, order.rates.feeRate)
  return coins.map((coin) => priceCoin(coin, order.rates, single.get(outPointKey(coin.outpoint))))
}

function createParams(
  wallet: DescriptorWallet,
  { order, change, costs, recipientsSum, fullValue }: Plan,
): AutomaticParams {
  const {
    rates,
    habits,
    entropy,
    recipients,
    version = DEFAULT_VERSION,
    filter,
    maxWeight = MAX_STANDARD_TX_WEIGHT,
  } = order
  const { pool } = wallet.environment
  return {
    rates,
    costs,
    fullValue,
    entropy,
    maxWeight,
    changeTarget: drawChangeTarget(recipientsSum / BigInt(recipients.length), costs.changeFee, entropy),
    changeWeight: outputSize(change) * 4,
    baseWeight: sizeWithoutInputs(order) * 4,
    combinedBumpFee: (outpoints) => pool.bumpFees(outpoints, rates.feeRate).combined,
    wholeScripts: habits.wholeScripts,
    maxWeightUnconfirmed: maxTransactionWeight(version, true),
    policy: {
      maxAncestors: pool.maxAncestors,
      maxClusterSize: pool.maxClusterSize,
      spendUnconfirmed: habits.spendUnconfirmed,
      rejectLongChains: habits.rejectLongChains,
      includeUnsafe: filter?.includeUnsafe ?? false,
    },
  }
}

/** Where all coins together do not do. */
function describeShortage(plan: Plan, coins: readonly PricedCoin<AvailableCoin>[]): string {
  const { target, recipientsSum, presets } = plan
  const all = [...presets, ...coins]
  const balance = sum(all.map(({ coin }) => coin.output.value))
  const coversPayment = balance >= recipientsSum && contributionOf(all, false) < target
  if (!coversPayment) return 'Insufficient funds'
  return `The total exceeds your balance when the ${formatMoney(target - recipientsSum)} transaction fee is included.`
}

/** The presets, and with them what else the payment takes; Bitcoin Core's `SelectCoins`. */
export function chooseCoins(wallet: DescriptorWallet, plan: Plan): Result<Selection<ChosenCoin>, string> {
  const { order, target, presets, fullValue } = plan
  const rest = target - contributionOf(presets, fullValue)
  const addInputs = order.addInputs ?? presets.length === 0
  if (!addInputs && rest > 0n) {
    return fail(
      'The preselected coins total amount does not cover the transaction target. Please allow other inputs to be automatically selected or include more coins manually',
    )
  }
  if (rest <= 0n) return ok({ coins: presets, target, fullValue, bumpDiscount: 0n })
  const coins = findCoins(wallet, plan)
  if (rest > contributionOf(coins, fullValue)) return fail(describeShortage(plan, coins))
  const selected = selectAutomatically(coins, rest, createParams(wallet, plan))
  if (!selected.ok) return fail(selected.error ?? describeShortage(plan, coins))
  const { coins: chosen, bumpDiscount } = selected.value
  const together = [...presets, ...chosen]
  const weight = together.reduce((total, { coin }) => total + Math.ceil(coin.inputWeight / 4) * 4, 0)
  const room = (order.maxWeight ?? MAX_STANDARD_TX_WEIGHT) - sizeWithoutInputs(order) * 4
  if (presets.length > 0 && weight > room) return fail(TOO_HEAVY_TOGETHER)
  return ok({ coins: together, target, fullValue, bumpDiscount })
}
