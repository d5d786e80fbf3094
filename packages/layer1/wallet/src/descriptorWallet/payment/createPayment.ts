import { ok, type Result } from '@ply/bytes'
import {
  sats,
  SEQUENCE_FINAL,
  SEQUENCE_REPLACEABLE,
  type Transaction,
  type TxInput,
  type TxOutput,
} from '@ply/primitives'
import { computeDustThreshold } from '../../coins/dust.ts'
import { feeForTransaction } from '../../coins/feeRate.ts'
import { randomBelow, shuffle } from '../../coins/shuffle.ts'
import { computeAntiFeeSnipingLockTime } from '../../create/lockTime.ts'
import { computeChange } from '../../selection/selection.ts'
import type { DescriptorWallet } from '../descriptorWallet.ts'
import { type Change, changeCosts, reserveChange } from './change.ts'
import { chooseCoins, type ChosenCoin, type Plan, sizeWithoutInputs } from './chooseCoins.ts'
import {
  type CreatedPayment,
  DEFAULT_VERSION,
  fail,
  MAX_STANDARD_TX_WEIGHT,
  type PaymentOrder,
  sum,
  type WholeScriptsTrial,
} from './order.ts'
import { resolvePresets } from './presets.ts'
import { settleFee } from './settleFee.ts'

const MIN_STANDARD_TX_WEIGHT = 65 * 4

function checkOrder({ recipients, rates, maxWeight = MAX_STANDARD_TX_WEIGHT }: PaymentOrder): string | undefined {
  if (recipients.length === 0) return 'Transaction must have at least one recipient'
  if (recipients.some(({ value }) => value < 0n)) return 'Transaction amounts must not be negative'
  if (maxWeight < MIN_STANDARD_TX_WEIGHT || maxWeight > MAX_STANDARD_TX_WEIGHT) {
    return `Maximum transaction weight must be between ${MIN_STANDARD_TX_WEIGHT} and ${MAX_STANDARD_TX_WEIGHT}`
  }
  return recipients.some(({ value, scriptPubKey }) => value < computeDustThreshold(scriptPubKey, rates.dustRate))
    ? 'Transaction amount too small'
    : undefined
}

function createPlan(wallet: DescriptorWallet, order: PaymentOrder, change: Change): Result<Plan, string> {
  const { recipients, rates } = order
  const fullValue = recipients.some(({ subtractFee }) => subtractFee)
  const recipientsSum = sum(recipients.map(({ value }) => value))
  const fee = fullValue ? 0n : feeForTransaction(sizeWithoutInputs(order) * 4, rates.feeRate)
  const target = recipientsSum + fee
  if (target === 0n && !order.inputs?.length) {
    return fail('Transaction requires one destination of non-zero value, a non-zero feerate, or a pre-selected input')
  }
  const presets = resolvePresets(wallet, order)
  if (!presets.ok) return presets
  const costs = changeCosts(wallet, order, change)
  return ok({ order, change, costs, target, recipientsSum, fullValue, presets: presets.value })
}

/** Inputs in the order in which they were asked for, what was added behind them in any. */
function orderInputs({ order, presets }: Plan, coins: readonly ChosenCoin[]): readonly TxInput[] {
  const sequence = order.replaceable === false ? SEQUENCE_FINAL - 1 : SEQUENCE_REPLACEABLE
  const empty = { scriptSig: new Uint8Array(0), sequence, witness: [] }
  const added = coins.filter((coin) => !('input' in coin))
  return [
    ...presets.map(({ coin: { input } }) => ({
      prevout: input.outpoint,
      scriptSig: input.scriptSig ?? empty.scriptSig,
      sequence: input.sequence ?? sequence,
      witness: input.witness ?? [],
    })),
    ...shuffle(added, order.entropy).map(({ outpoint }) => ({ ...empty, prevout: outpoint })),
  ]
}

interface Built {
  readonly tx: Transaction
  readonly fee: bigint
  readonly changePosition: number | undefined
}

function buildPayment(wallet: DescriptorWallet, order: PaymentOrder, change: Change): Result<Built, string> {
  const plan = createPlan(wallet, order, change)
  if (!plan.ok) return plan
  const selected = chooseCoins(wallet, plan.value)
  if (!selected.ok) return selected
  const selection = { ...selected.value, target: plan.value.target }
  const isUnsolvable = selection.coins.some(({ coin }) => 'solvable' in coin && !coin.solvable)
  if (isUnsolvable) return fail('Missing solving data for estimating transaction size')
  const { recipients, entropy } = order
  const outputs: TxOutput[] = recipients.map(({ scriptPubKey, value }) => ({ scriptPubKey, value: sats(value) }))
  const left = computeChange(selection, plan.value.costs)
  let changePosition: number | undefined
  if (left > 0n) {
    if (change.failure !== undefined) return fail(change.failure)
    changePosition = order.changePosition ?? randomBelow(entropy, outputs.length + 1)
    if (changePosition > outputs.length) return fail('Transaction change output index out of range')
    outputs.splice(changePosition, 0, { scriptPubKey: change.scriptPubKey, value: sats(left) })
  }
  const draft: Transaction = {
    version: order.version ?? DEFAULT_VERSION,
    inputs: orderInputs(
      plan.value,
      selection.coins.map(({ coin }) => coin),
    ),
    outputs,
    lockTime: order.lockTime ?? computeAntiFeeSnipingLockTime(wallet.ledger.height, entropy),
  }
  const settled = settleFee(draft, order, { selection, changePosition })
  if (!settled.ok) return settled
  if (order.habits.rejectLongChains && !wallet.environment.pool.fits(settled.value.tx)) {
    return fail('too many unconfirmed transactions in cluster')
  }
  return ok({ ...settled.value, changePosition })
}

/** Tries to spend all coins of each script together, so that no address is linked twice; where it costs too much, not. */
function preferWholeScripts(
  wallet: DescriptorWallet,
  order: PaymentOrder,
  { change, usual }: { readonly change: Change; readonly usual: Built },
): { readonly built: Built; readonly trial: WholeScriptsTrial | undefined } {
  const { wholeScripts, maxWholeScriptsFee } = order.habits
  const isTried = usual.fee > 0n && !wholeScripts && maxWholeScriptsFee >= 0n
  const whole = isTried
    ? buildPayment(wallet, { ...order, habits: { ...order.habits, wholeScripts: true } }, change)
    : undefined
  if (!whole?.ok) return { built: usual, trial: undefined }
  const { fee } = whole.value
  const isChosen = fee <= usual.fee + maxWholeScriptsFee
  return { built: isChosen ? whole.value : usual, trial: { usualFee: usual.fee, fee, isChosen } }
}

/**
 * An unsigned payment, as Bitcoin Core's wallet makes it. Errors are its words. A change address that was taken for it
 * is given back on failure.
 */
export function createPayment(wallet: DescriptorWallet, order: PaymentOrder): Result<CreatedPayment, string> {
  const problem = checkOrder(order)
  if (problem !== undefined) return fail(problem)
  const change = reserveChange(wallet, order)
  const built = buildPayment(wallet, order, change)
  const chosen = built.ok ? preferWholeScripts(wallet, order, { change, usual: built.value }) : undefined
  const isUsed = chosen?.built.changePosition !== undefined
  if (!isUsed && change.reserved) wallet.book.giveBack(change.reserved)
  if (!built.ok) return built
  return ok({ ...chosen!.built, reserved: isUsed ? change.reserved : undefined, wholeScripts: chosen!.trial })
}
