import { paramShapes } from '@ply/layer1-node'
import { bytesToHex } from '@ply/bytes'
import { decodeTransactionForms } from '@ply/layer1-node'
import { encodeTransaction } from '@ply/primitives'
import {
  btcAmount,
  type JsonObject,
  type JsonOutput,
  optional,
  param,
  type RpcArguments,
  type RpcMethod,
  type RpcParam,
} from '@ply/rpc'
import { encodeBase64, encodePsbt, type PsbtVersion } from '@ply/wallet'
import type { NodeWallet } from '../nodeWallet.ts'
import { createFilledPsbt } from '../signing.ts'
import { invalidParameter } from '../walletError.ts'
import type { WalletHost } from '../walletHost.ts'
import { fundDraft } from './fundingOptions.ts'
import { member } from './options.ts'
import { readDraft } from './draftArguments.ts'
import { readSubtractFrom } from './transactionArguments.ts'
import { optionsParam, walletMethod } from './walletMethod.ts'

/** What may stand in the options. */
const OPTIONS = {
  add_inputs: 'bool',
  include_unsafe: 'bool',
  minconf: 'number',
  maxconf: 'number',
  changeAddress: 'string',
  changePosition: 'number',
  change_type: 'string',
  includeWatching: 'bool',
  lockUnspents: 'bool',
  fee_rate: 'amount',
  feeRate: 'amount',
  subtractFeeFromOutputs: 'array',
  input_weights: 'array',
  max_tx_weight: 'number',
  conf_target: 'number',
  estimate_mode: 'string',
  replaceable: 'bool',
  solving_data: 'object',
} as const

/** Weights of inputs stand beside these there. */
const { input_weights: _, ...PSBT_OPTIONS } = OPTIONS

/** Long ago only a flag stood in their place. */
const FUND_OPTIONS: RpcParam = {
  ...optionsParam('How: add_inputs, changeAddress, changePosition, fee_rate, lockUnspents…', OPTIONS),
  type: 'any',
}

async function fundRawTransaction(args: RpcArguments, owner: NodeWallet): Promise<JsonOutput> {
  const isWitness = args.has('iswitness') ? args.boolean('iswitness') : undefined
  const forms = isWitness === undefined ? [true, false] : [isWitness]
  const tx = decodeTransactionForms(args.string('hexstring'), forms, 'TX decode failed')
  const given = args.value('options')
  const options: JsonObject = typeof given === 'boolean' ? {} : args.object('options', {})
  const subtract = readSubtractFrom(
    member(options, 'subtractFeeFromOutputs'),
    tx.outputs.map(() => 'dummy'),
  )
  const created = await fundDraft(
    owner,
    {
      recipients: tx.outputs.map((output, i) => ({ ...output, subtractFee: subtract.has(i) })),
      inputs: tx.inputs.map(({ prevout, ...input }) => ({ outpoint: prevout, ...input })),
      lockTime: tx.lockTime,
      version: tx.version,
      addInputs: true,
      overrideMinimum: true,
    },
    options,
  )
  return {
    hex: bytesToHex(encodeTransaction(created.tx)),
    fee: btcAmount(created.fee),
    changepos: created.changePosition ?? -1,
  }
}

export function readPsbtVersion(args: RpcArguments): PsbtVersion {
  const version = args.integer('psbt_version')
  if (version !== 0 && version !== 2) throw invalidParameter('The PSBT version can only be 2 or 0')
  return version
}

async function createFundedPsbt(args: RpcArguments, owner: NodeWallet): Promise<JsonOutput> {
  const options = args.object('options', {})
  const read = readDraft(owner, {
    options,
    outputs: args.value('outputs'),
    inputs: args.value('inputs'),
    lockTime: args.value('locktime'),
    version: args.integer('version'),
    subtractFrom: member(options, 'subtractFeeFromOutputs'),
  })
  const created = await fundDraft(owner, { ...read.draft, overrideMinimum: true }, read.options)
  const psbtVersion = readPsbtVersion(args)
  const psbt = createFilledPsbt(owner, created.tx, psbtVersion, args.boolean('bip32derivs'))
  return {
    psbt: encodeBase64(encodePsbt(psbt)),
    fee: btcAmount(created.fee),
    changepos: created.changePosition ?? -1,
  }
}

/** Adding inputs and change to what others began. */
export const fundingMethods = (host: WalletHost): RpcMethod[] =>
  [
    {
      name: 'fundrawtransaction',
      help: 'Adds inputs and change to a transaction until it pays its fee.',
      params: [
        param('hexstring', 'string', 'The transaction.'),
        FUND_OPTIONS,
        optional('iswitness', 'bool', 'Not used.'),
      ],
      handler: fundRawTransaction,
    },
    {
      name: 'walletcreatefundedpsbt',
      help: 'Makes a PSBT of a payment, with inputs and change.',
      params: [
        optional('inputs', 'array', 'Objects with txid, vout, sequence, weight.', { shape: paramShapes.INPUTS }),
        param('outputs', 'any', 'Bitcoins by address.', { shape: paramShapes.OUTPUTS }),
        optional('locktime', 'number', 'Height or time before which it cannot be mined.'),
        optionsParam('As for fundrawtransaction.', PSBT_OPTIONS),
        optional('bip32derivs', 'bool', 'Name the keys of the wallet.', { default: true }),
        optional('version', 'number', 'Of the transaction.', { default: 2 }),
        optional('psbt_version', 'number', '2 or 0.', { default: 2 }),
      ],
      handler: createFundedPsbt,
    },
  ].map(walletMethod(host))
