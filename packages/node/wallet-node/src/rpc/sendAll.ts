import { paramShapes } from '@ply/layer1-node'
import { checkVersion, readInputs } from '@ply/layer1-node'
import {
  encodeAddress,
  hashToDisplay,
  sats,
  SEQUENCE_FINAL,
  SEQUENCE_REPLACEABLE,
  type Transaction,
  type TxInput,
} from '@ply/primitives'
import {
  expectArray,
  type Json,
  type JsonObject,
  type JsonOutput,
  optional,
  param,
  RPC_ERROR,
  type RpcArguments,
  RpcError,
  type RpcMethod,
  expectBoolean,
} from '@ply/rpc'
import {
  availableCoins,
  computeDustThreshold,
  EMPTY_INPUT_WEIGHT,
  feeForTransaction,
  checkVersionOf,
  maxTransactionWeight,
  type Recipient,
  unsignedWeight,
} from '@ply/wallet'
import type { NodeWallet } from '../nodeWallet.ts'
import { invalidParameter, walletError } from '../walletError.ts'
import type { WalletHost } from '../walletHost.ts'
import { checkFeeRate, readFeeRateOf, feeValuesOf, paymentTerms, readFeeWish } from './feeArguments.ts'
import { asInteger, member, optionOf } from './options.ts'
import { finishTransaction, mergeFeeOptions, refuseOutdated } from './send.ts'
import { readLockTime } from './draftArguments.ts'
import { readRecipients } from './transactionArguments.ts'
import { ensureUnlocked, optionsParam, walletMethod } from './walletMethod.ts'

/** What may stand in the options. */
const OPTIONS = {
  add_to_wallet: 'bool',
  conf_target: 'number',
  estimate_mode: 'string',
  fee_rate: 'amount',
  include_watching: 'bool',
  inputs: 'array',
  locktime: 'number',
  lock_unspents: 'bool',
  psbt: 'bool',
  send_max: 'bool',
  minconf: 'number',
  maxconf: 'number',
  version: 'number',
  replaceable: 'bool',
  solving_data: 'object',
} as const

const insufficient = (message: string): RpcError => new RpcError(RPC_ERROR.walletInsufficientFunds, message)

/** Inputs with the amount that they bring, and the weight of all signatures. */
interface Spent {
  readonly inputs: readonly TxInput[]
  readonly value: bigint
  readonly witnessWeight: number
  /** Of the transaction that may spend them. */
  readonly maxWeight: number
}

interface Sweep {
  readonly options: JsonObject
  readonly feeRate: bigint
  readonly replaceable: boolean
  readonly lockTime: number | undefined
  readonly version: number
}

const unsigned = (prevout: TxInput['prevout'], sequence: number): TxInput => ({
  prevout,
  scriptSig: new Uint8Array(0),
  sequence,
  witness: [],
})

const UNSOLVABLE = 'Unable to determine the size of the transaction, the wallet contains unsolvable descriptors'

function weightOf({ wallet }: NodeWallet, scriptPubKey: Uint8Array): number {
  const weight = wallet.inputWeight(scriptPubKey)
  if (weight === undefined) throw walletError(UNSOLVABLE)
  return weight - EMPTY_INPUT_WEIGHT
}

function namedInputs(owner: NodeWallet, { options, replaceable, lockTime, version }: Sweep): Spent {
  const listed = optionOf(options, 'inputs', expectArray) ?? []
  const inputs = readInputs(listed, { replaceable, lockTime: lockTime ?? 0 })
  let [value, witnessWeight] = [0n, 0]
  for (const { prevout: outpoint } of inputs) {
    const shown = `UTXO (${hashToDisplay(outpoint.txid)}:${outpoint.index})`
    if (owner.wallet.ledger.spenderOf(outpoint)) {
      throw invalidParameter(`Input not available. ${shown} was already spent.`)
    }
    const output = owner.wallet.ownOutput(outpoint)
    if (!output) throw invalidParameter(`Input not found. ${shown} is not part of wallet.`)
    const conflict = checkVersionOf(owner.wallet, outpoint, version)
    if (conflict !== undefined) throw invalidParameter(conflict)
    value += output.value
    witnessWeight += weightOf(owner, output.scriptPubKey)
  }
  return {
    inputs,
    value,
    witnessWeight,
    maxWeight: maxTransactionWeight(version, false),
  }
}

function everything(owner: NodeWallet, { options, feeRate, replaceable, version }: Sweep): Spent {
  const sendMax = optionOf(options, 'send_max', expectBoolean) ?? false
  const minDepth = optionOf(options, 'minconf', asInteger) ?? 0
  const maxDepth = optionOf(options, 'maxconf', asInteger)
  const coins = availableCoins(owner.wallet, { minDepth, version, ...(maxDepth !== undefined && { maxDepth }) })
  const chosen = coins.filter(
    ({ output, inputWeight }) => !sendMax || feeForTransaction(inputWeight, feeRate) <= output.value,
  )
  const sequence = replaceable ? SEQUENCE_REPLACEABLE : SEQUENCE_FINAL - 1
  return {
    inputs: chosen.map(({ outpoint }) => unsigned(outpoint, sequence)),
    value: chosen.reduce((sum, { output }) => sum + output.value, 0n),
    witnessWeight: chosen.reduce((sum, { output }) => sum + weightOf(owner, output.scriptPubKey), 0),
    maxWeight: maxTransactionWeight(
      version,
      chosen.some(({ depth }) => depth === 0),
    ),
  }
}

function checkSelection(options: JsonObject): void {
  const minconf = optionOf(options, 'minconf', asInteger)
  if (minconf !== undefined && minconf < 0) {
    throw invalidParameter(`Invalid minconf (minconf cannot be negative): ${minconf}`)
  }
  const maxconf = optionOf(options, 'maxconf', asInteger)
  if (maxconf !== undefined && maxconf < (minconf ?? 0)) {
    throw invalidParameter(`maxconf can't be lower than minconf: ${maxconf} < ${minconf ?? 0}`)
  }
  if (options['inputs'] === undefined) return
  if (options['send_max'] !== undefined) throw invalidParameter('Cannot combine send_max with specific inputs.')
  if (minconf !== undefined || maxconf !== undefined) {
    throw invalidParameter('Cannot combine minconf or maxconf with specific inputs.')
  }
}

interface Shares {
  readonly recipients: readonly Recipient[]
  /** Places of those who get what is left. */
  readonly open: ReadonlySet<number>
}

function readShares(args: RpcArguments, { wallet }: NodeWallet): Shares {
  const list = args.array('recipients')
  const open = new Set(list.flatMap((each, i) => (typeof each === 'string' ? [i] : [])))
  if (open.size === 0) throw invalidParameter('Must provide at least one address without a specified amount')
  const outputs = list.map((each): Json => (typeof each === 'string' ? { [each]: 0 } : each))
  return { recipients: readRecipients(outputs, wallet.network), open }
}

/** Gives what is left in equal parts to those without an amount; the first gets what cannot be divided. */
function shareOut(
  owner: NodeWallet,
  { recipients, open }: Shares,
  left: bigint,
  dustRate: bigint,
): Transaction['outputs'] {
  const count = BigInt(open.size)
  const [first] = open
  return recipients.map(({ scriptPubKey, value: fixed }, index) => {
    const value = open.has(index) ? left / count + (index === first ? left % count : 0n) : fixed
    if (value < computeDustThreshold(scriptPubKey, dustRate)) {
      if (open.has(index)) throw insufficient('Dynamically assigned remainder results in dust output.')
      const address = encodeAddress(scriptPubKey, owner.wallet.network) ?? ''
      throw invalidParameter(`Specified output amount to ${address} is below dust threshold.`)
    }
    return { scriptPubKey, value: sats(value) }
  })
}

function buildSweep(owner: NodeWallet, shares: Shares, sweep: Sweep): Transaction {
  const { options, feeRate, version, lockTime } = sweep
  const spent = options['inputs'] === undefined ? everything(owner, sweep) : namedInputs(owner, sweep)
  const draft: Transaction = {
    version,
    inputs: spent.inputs,
    outputs: shares.recipients.map(({ scriptPubKey, value }) => ({ scriptPubKey, value: sats(value) })),
    lockTime: lockTime ?? 0,
  }
  const weight = unsignedWeight(draft, spent.witnessWeight)
  const fee = feeForTransaction(weight, feeRate)
  const { maxFee, dustRate } = paymentTerms(owner, feeRate).rates
  if (fee > maxFee) {
    throw walletError('Fee exceeds maximum configured by user (e.g. -maxtxfee, maxfeerate)')
  }
  const { combined } = owner.wallet.environment.pool.bumpFees(
    spent.inputs.map(({ prevout }) => prevout),
    feeRate,
  )
  const left = spent.value - fee - combined
  if (left <= 0n) {
    throw insufficient(
      optionOf(options, 'send_max', expectBoolean)
        ? 'Total value of UTXO pool too low to pay for transaction, try using lower feerate.'
        : "Total value of UTXO pool too low to pay for transaction. Try using lower feerate or excluding uneconomic UTXOs with 'send_max' option.",
    )
  }
  if (weight > spent.maxWeight) throw walletError('Transaction too large.')
  const claimed = shares.recipients.reduce((sum, { value }) => sum + value, 0n)
  if (claimed > spent.value) throw insufficient('Assigned more value to outputs than available funds.')
  if (claimed > left) throw insufficient('Insufficient funds for fees after creating specified outputs.')
  return { ...draft, outputs: shareOut(owner, shares, left - claimed, dustRate) }
}

function sendAll(args: RpcArguments, owner: NodeWallet): Promise<JsonOutput> {
  const options = mergeFeeOptions(args, args.object('options', {}))
  refuseOutdated(options)
  const shares = readShares(args, owner)
  const wish = readFeeWish(feeValuesOf(options), false)
  checkSelection(options)
  const tooLow = checkFeeRate(owner, wish)
  if (tooLow !== undefined) throw invalidParameter(tooLow)
  const feeRate = readFeeRateOf(owner, wish)
  const version = optionOf(options, 'version', asInteger) ?? 2
  checkVersion(version)
  if (!owner.wallet.flags.disablePrivateKeys) ensureUnlocked(owner)
  const tx = buildSweep(owner, shares, {
    options,
    feeRate,
    replaceable: optionOf(options, 'replaceable', expectBoolean) ?? owner.options.replaceable,
    lockTime: readLockTime(member(options, 'locktime')),
    version,
  })
  if (optionOf(options, 'lock_unspents', expectBoolean)) {
    for (const { prevout } of tx.inputs) owner.wallet.lock(prevout, false)
  }
  return finishTransaction(owner, tx, options)
}

/** Spending a wallet empty. */
export const sendAllMethods = (host: WalletHost): RpcMethod[] =>
  [
    {
      name: 'sendall',
      help: 'Spends every coin, or those that are named, without change.',
      params: [
        param('recipients', 'array', 'Addresses that share what is there, and objects with amounts.', {
          shape: paramShapes.RECIPIENTS,
        }),
        optional('conf_target', 'number', 'Blocks within which it should confirm.'),
        optional('estimate_mode', 'string', 'unset, economical or conservative.'),
        optional('fee_rate', 'amount', 'Satoshi per vbyte.'),
        optionsParam('inputs, send_max, minconf, maxconf, locktime, psbt…', OPTIONS),
      ],
      handler: sendAll,
    },
  ].map(walletMethod(host))
