import { compactSizeLength, err, ok, type Result } from '@ply/bytes'
import type { Entropy } from '@ply/ports'
import {
  hashToDisplay,
  type OutPoint,
  outPointKey,
  sats,
  SEQUENCE_FINAL,
  SEQUENCE_REPLACEABLE,
  type Transaction,
  type TxInput,
  type TxOutput,
} from '@ply/primitives'
import { computeDustThreshold } from '../coins/dust.ts'
import { type FeeRate, feeForTransaction } from '../coins/feeRate.ts'
import { selectCoins } from '../coins/selectCoins.ts'
import { randomBelow, shuffle } from '../coins/shuffle.ts'
import { unsignedWeight } from '../coins/weight.ts'
import { computeAntiFeeSnipingLockTime } from '../create/lockTime.ts'
import type { SelectableCoin } from '../state/coin.ts'
import { availableCoins, type CoinFilter } from './coins.ts'
import type { DescriptorWallet } from './descriptorWallet.ts'
import { EMPTY_INPUT_WEIGHT } from './inputSize.ts'
import { isOutputType, type OutputType, outputTypeOf } from './outputType.ts'
import type { DescriptorKey } from './walletDescriptor.ts'

export interface Recipient {
  readonly scriptPubKey: Uint8Array
  readonly value: bigint
  /** The fee is taken out of what it gets. */
  readonly subtractFee: boolean
}

/** An input that the payment must have. */
export interface PresetInput {
  readonly outpoint: OutPoint
  readonly sequence?: number
  /** What it spends, where that is no output of the wallet. */
  readonly output?: TxOutput
  /** Weight once it is signed, where the caller knows better. */
  readonly weight?: number
  readonly scriptSig?: Uint8Array
  readonly witness?: readonly Uint8Array[]
}

/** Rates in satoshi per 1000 vbytes. */
export interface PaymentRates {
  readonly feeRate: FeeRate
  /** Change that costs more than this to spend is left to the miner. */
  readonly discardRate: FeeRate
  readonly dustRate: FeeRate
  /** Satoshi that no payment's fee may pass. */
  readonly maxFee: bigint
}

export interface PaymentOrder {
  readonly recipients: readonly Recipient[]
  readonly rates: PaymentRates
  readonly entropy: Entropy
  readonly inputs?: readonly PresetInput[]
  /** Whether coins may be added to `inputs`; true without any. */
  readonly addInputs?: boolean
  readonly changeScript?: Uint8Array
  readonly changeType?: OutputType
  readonly changePosition?: number
  readonly filter?: Pick<CoinFilter, 'minDepth' | 'maxDepth' | 'includeUnsafe' | 'includeUsed'>
  /** Signals BIP 125; true if not given. */
  readonly replaceable?: boolean
  /** Without: the tip, against fee sniping. */
  readonly lockTime?: number
  readonly version?: number
  readonly maxWeight?: number
}

export interface CreatedPayment {
  /** Not signed. */
  readonly tx: Transaction
  readonly fee: bigint
  readonly changePosition: number | undefined
  /** The change address that was given out for it, to be given back if the payment is not made. */
  readonly reserved: DescriptorKey | undefined
}

export const MAX_STANDARD_TX_WEIGHT = 400_000
const MIN_STANDARD_TX_WEIGHT = 65 * 4
/** Version, lock time, counts, and the segwit marker. */
const BASE_SIZE = 10
const DEFAULT_VERSION = 2
/** An input for a change output that nobody knows how to spend: nested P2WPKH. */
const UNKNOWN_CHANGE_WEIGHT = 91 * 4

/** Bitcoin Core's words. */
type Failure = Result<never, string>
const fail = (message: string): Failure => err(message)

const outputSize = ({ scriptPubKey }: { readonly scriptPubKey: Uint8Array }): number =>
  8 + compactSizeLength(scriptPubKey.length) + scriptPubKey.length

const feeForSize = (size: number, rate: FeeRate): bigint => feeForTransaction(size * 4, rate)

/** Satoshi as bitcoins, without zeros at the end but with two places at least. */
export function formatMoney(value: bigint): string {
  const digits = (value < 0n ? -value : value).toString().padStart(9, '0')
  const fraction = digits.slice(-8).replace(/0{1,6}$/, '')
  return `${value < 0n ? '-' : ''}${digits.slice(0, -8)}.${fraction}`
}

interface Change {
  readonly scriptPubKey: Uint8Array
  readonly reserved: DescriptorKey | undefined
  /** Why there is no change address, if there is none. */
  readonly failure: string | undefined
}

/** The kind of change: as asked for, as what is paid where the wallet has that, or native segwit. */
function changeTypeOf(wallet: DescriptorWallet, { changeType, recipients }: PaymentOrder): OutputType {
  if (changeType) return changeType
  const paid = new Set(recipients.map(({ scriptPubKey }) => outputTypeOf(scriptPubKey)))
  if (paid.has('bech32m') && wallet.book.activeFor('bech32m', true)) return 'bech32m'
  return wallet.book.activeFor('bech32', true) ? 'bech32' : (firstActiveType(wallet) ?? 'bech32')
}

function firstActiveType(wallet: DescriptorWallet): OutputType | undefined {
  for (const key of wallet.book.active().keys()) {
    const [type, side] = key.split(':')
    if (side === 'internal' && type !== undefined && isOutputType(type)) return type
  }
  return undefined
}

function reserveChange(wallet: DescriptorWallet, order: PaymentOrder): Change {
  if (order.changeScript) return { scriptPubKey: order.changeScript, reserved: undefined, failure: undefined }
  const type = changeTypeOf(wallet, order)
  const active = wallet.book.activeFor(type, true)
  const none = { scriptPubKey: new Uint8Array(0), reserved: undefined }
  const sentence = "Transaction needs a change address, but we can't generate it."
  if (!active) return { ...none, failure: `${sentence} Error: No ${type} addresses available.` }
  const taken = wallet.book.takeNext(active.id)
  if (!taken.ok) return { ...none, failure: `${sentence} Error: Keypool ran out, please call keypoolrefill first` }
  return { scriptPubKey: taken.value.scriptPubKey, reserved: taken.value, failure: undefined }
}

interface Preset extends SelectableCoin {
  readonly input: PresetInput
}

/** Bitcoin Core's form of an outpoint in messages. */
const describeOutPoint = ({ txid, index }: OutPoint): string =>
  `COutPoint(${hashToDisplay(txid).slice(0, 10)}, ${index})`

function resolvePreset(wallet: DescriptorWallet, inputs: readonly PresetInput[]): Result<readonly Preset[], string> {
  const presets: Preset[] = []
  for (const input of inputs) {
    const own = wallet.ownOutput(input.outpoint)
    const output = own ?? input.output
    if (!output) return fail(`Not found pre-selected input ${describeOutPoint(input.outpoint)}`)
    const weight = input.weight ?? (own && wallet.inputWeight(own.scriptPubKey))
    if (weight === undefined) return fail(`Not solvable pre-selected input ${describeOutPoint(input.outpoint)}`)
    presets.push({ input, outpoint: input.outpoint, output, inputWeight: weight })
  }
  return ok(presets)
}

interface Plan {
  readonly order: PaymentOrder
  readonly change: Change
  readonly target: bigint
  readonly subtractFee: boolean
  readonly recipientsSum: bigint
  readonly presets: readonly Preset[]
}

const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n)

/** What a coin brings: its value less the fee of its input, or all of it where the recipients pay the fee. */
const effective = (coin: SelectableCoin, { order, subtractFee }: Pick<Plan, 'order' | 'subtractFee'>): bigint =>
  coin.output.value - (subtractFee ? 0n : feeForTransaction(coin.inputWeight, order.rates.feeRate))

interface ChangeCosts {
  readonly changeFee: bigint
  readonly changeSpendFee: bigint
  readonly leastChange: bigint
}

function changeCosts(wallet: DescriptorWallet, { order, change }: Plan): ChangeCosts {
  const { rates } = order
  const spendWeight = wallet.inputWeight(change.scriptPubKey) ?? UNKNOWN_CHANGE_WEIGHT
  const changeSpendFee = feeForTransaction(spendWeight, rates.discardRate)
  const dust = computeDustThreshold(change.scriptPubKey, rates.discardRate)
  return {
    changeFee: feeForSize(outputSize(change), rates.feeRate),
    changeSpendFee,
    leastChange: changeSpendFee + 1n > dust ? changeSpendFee + 1n : dust,
  }
}

/** The coins beside those that must be spent; a failure in Bitcoin Core's words. */
function chooseCoins(
  wallet: DescriptorWallet,
  plan: Plan,
  costs: ChangeCosts,
): Result<readonly SelectableCoin[], string> {
  const { order, target, presets, recipientsSum, subtractFee } = plan
  const presetSum = sum(presets.map((coin) => effective(coin, plan)))
  const rest = target - presetSum
  const addInputs = order.addInputs ?? presets.length === 0
  if (!addInputs && rest > 0n) {
    return fail(
      'The preselected coins total amount does not cover the transaction target. Please allow other inputs to be automatically selected or include more coins manually',
    )
  }
  if (rest <= 0n) return ok([])
  const except = new Set(presets.map(({ outpoint }) => outPointKey(outpoint)))
  const coins = availableCoins(wallet, {
    ...order.filter,
    except,
    version: order.version ?? DEFAULT_VERSION,
  }).filter(({ solvable }) => solvable)
  const selected = selectCoins({
    coins,
    target: rest,
    feeRate: subtractFee ? 0n : order.rates.feeRate,
    changeFee: costs.changeFee,
    changeSpendFee: costs.changeSpendFee,
    minChange: costs.leastChange,
    entropy: order.entropy,
  })
  if (selected) return ok(selected)
  const balance = sum([...presets, ...coins].map(({ output }) => output.value))
  if (balance >= recipientsSum && !subtractFee) {
    return fail(
      `The total exceeds your balance when the ${formatMoney(target - recipientsSum)} transaction fee is included.`,
    )
  }
  return fail('Insufficient funds')
}

function checkWeightLimit({ maxWeight = MAX_STANDARD_TX_WEIGHT }: PaymentOrder): string | undefined {
  return maxWeight < MIN_STANDARD_TX_WEIGHT || maxWeight > MAX_STANDARD_TX_WEIGHT
    ? `Maximum transaction weight must be between ${MIN_STANDARD_TX_WEIGHT} and ${MAX_STANDARD_TX_WEIGHT}`
    : undefined
}

function checkOrder(order: PaymentOrder): string | undefined {
  const { recipients, rates } = order
  if (recipients.length === 0) return 'Transaction must have at least one recipient'
  if (recipients.some(({ value }) => value < 0n)) return 'Transaction amounts must not be negative'
  const limit = checkWeightLimit(order)
  if (limit !== undefined) return limit
  return recipients.some(({ value, scriptPubKey }) => value < computeDustThreshold(scriptPubKey, rates.dustRate))
    ? 'Transaction amount too small'
    : undefined
}

/** Inputs in the order in which they were asked for, what was added behind them in any. */
function orderInputs(plan: Plan, added: readonly SelectableCoin[]): readonly TxInput[] {
  const { order, presets } = plan
  const sequence = order.replaceable === false ? SEQUENCE_FINAL - 1 : SEQUENCE_REPLACEABLE
  const empty = { scriptSig: new Uint8Array(0), sequence, witness: [] }
  return [
    ...presets.map(({ input }) => ({
      prevout: input.outpoint,
      scriptSig: input.scriptSig ?? empty.scriptSig,
      sequence: input.sequence ?? sequence,
      witness: input.witness ?? [],
    })),
    ...shuffle(added, order.entropy).map(({ outpoint }) => ({ ...empty, prevout: outpoint })),
  ]
}

/** Takes the fee out of the recipients that pay it, in equal parts; the first pays what cannot be divided. */
function subtractFees(
  outputs: readonly TxOutput[],
  payers: readonly number[],
  missing: bigint,
  dustRate: FeeRate,
): Result<readonly TxOutput[], string> {
  const share = missing / BigInt(payers.length)
  const remainder = missing % BigInt(payers.length)
  const reduced = [...outputs]
  for (const [place, index] of payers.entries()) {
    const output = outputs[index]!
    const value = output.value - share - (place === 0 ? remainder : 0n)
    if (value < computeDustThreshold(output.scriptPubKey, dustRate)) {
      return fail(
        value < 0n
          ? 'The transaction amount is too small to pay the fee'
          : 'The transaction amount is too small to send after the fee has been deducted',
      )
    }
    reduced[index] = { ...output, value: sats(value) }
  }
  return ok(reduced)
}

/**
 * An unsigned payment, as Bitcoin Core's wallet makes it. Errors are its words. A change address that was taken for it
 * is given back on failure.
 */
export function createPayment(wallet: DescriptorWallet, order: PaymentOrder): Result<CreatedPayment, string> {
  const problem = checkOrder(order)
  if (problem !== undefined) return fail(problem)
  const change = reserveChange(wallet, order)
  const created = buildPayment(wallet, order, change)
  const unused = !created.ok || created.value.changePosition === undefined
  if (unused && change.reserved) wallet.book.giveBack(change.reserved)
  return created.ok && unused ? ok({ ...created.value, reserved: undefined }) : created
}

function buildPayment(wallet: DescriptorWallet, order: PaymentOrder, change: Change): Result<CreatedPayment, string> {
  const { recipients, rates, entropy } = order
  const presets = resolvePreset(wallet, order.inputs ?? [])
  if (!presets.ok) return presets
  const subtractFee = recipients.some((recipient) => recipient.subtractFee)
  const recipientsSum = sum(recipients.map(({ value }) => value))
  const size =
    BASE_SIZE + compactSizeLength(recipients.length) + recipients.reduce((n, each) => n + outputSize(each), 0)
  const target = recipientsSum + (subtractFee ? 0n : feeForSize(size, rates.feeRate))
  if (target === 0n && presets.value.length === 0) {
    return fail('Transaction requires one destination of non-zero value, a non-zero feerate, or a pre-selected input')
  }
  const plan: Plan = { order, change, target, subtractFee, recipientsSum, presets: presets.value }
  const costs = changeCosts(wallet, plan)
  const added = chooseCoins(wallet, plan, costs)
  if (!added.ok) return added

  const coins = [...presets.value, ...added.value]
  // Where the recipients pay the fee, they pay that of the change, too.
  const left = sum(coins.map((coin) => effective(coin, plan))) - target - (subtractFee ? 0n : costs.changeFee)
  const outputs: TxOutput[] = recipients.map(({ scriptPubKey, value }) => ({ scriptPubKey, value: sats(value) }))
  let changePosition: number | undefined
  if (left >= costs.leastChange) {
    if (change.failure !== undefined) return fail(change.failure)
    changePosition = order.changePosition ?? randomBelow(entropy, outputs.length + 1)
    if (changePosition > outputs.length) return fail('Transaction change output index out of range')
    outputs.splice(changePosition, 0, { scriptPubKey: change.scriptPubKey, value: sats(left) })
  }
  const draft: Transaction = {
    version: order.version ?? DEFAULT_VERSION,
    inputs: orderInputs(plan, added.value),
    outputs,
    lockTime: order.lockTime ?? computeAntiFeeSnipingLockTime(wallet.ledger.height, entropy),
  }
  return settleFee(draft, plan, { coins, changePosition, chosen: added.value.length > 0 })
}

const TOO_HEAVY_TOGETHER =
  'The combination of the pre-selected inputs and the wallet automatic inputs selection exceeds the transaction maximum weight.'

interface Funding {
  readonly coins: readonly SelectableCoin[]
  readonly changePosition: number | undefined
  /** Whether the wallet chose coins beside those that were asked for. */
  readonly chosen: boolean
}

/** Makes the fee what the signed transaction's size asks for, by the change or by the recipients who pay it. */
function settleFee(
  draft: Transaction,
  { order, change }: Plan,
  { coins, changePosition, chosen }: Funding,
): Result<CreatedPayment, string> {
  const { rates, recipients, maxWeight = MAX_STANDARD_TX_WEIGHT } = order
  const bare = {
    ...draft,
    inputs: draft.inputs.map((each) => ({ ...each, scriptSig: new Uint8Array(0), witness: [] })),
  }
  const weight = unsignedWeight(
    bare,
    coins.reduce((total, coin) => total + coin.inputWeight - EMPTY_INPUT_WEIGHT, 0),
  )
  const needed = feeForTransaction(weight, rates.feeRate)
  const inputSum = sum(coins.map(({ output }) => output.value))
  const paid = (outputs: readonly TxOutput[]): bigint => inputSum - sum(outputs.map(({ value }) => value))
  let outputs = draft.outputs
  if (changePosition !== undefined && needed < paid(outputs)) {
    const value = sats(outputs[changePosition]!.value + paid(outputs) - needed)
    outputs = outputs.with(changePosition, { ...outputs[changePosition]!, value })
  }
  const payers = recipients.flatMap(({ subtractFee }, i) =>
    subtractFee ? [changePosition !== undefined && i >= changePosition ? i + 1 : i] : [],
  )
  if (payers.length > 0) {
    const reduced = subtractFees(outputs, payers, needed - paid(outputs), rates.dustRate)
    if (!reduced.ok) return reduced
    outputs = reduced.value
  }
  const fee = paid(outputs)
  if (weight > maxWeight) {
    if (!chosen && maxWeight === MAX_STANDARD_TX_WEIGHT) return fail('Transaction too large')
    const heavy = chosen && order.inputs?.length ? TOO_HEAVY_TOGETHER : 'The inputs size exceeds the maximum weight.'
    return fail(`${heavy} Please try sending a smaller amount or manually consolidating your wallet's UTXOs`)
  }
  if (fee > rates.maxFee) return fail('Fee exceeds maximum configured by user (e.g. -maxtxfee, maxfeerate)')
  return ok({ tx: { ...draft, outputs }, fee, changePosition, reserved: change.reserved })
}
