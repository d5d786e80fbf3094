import { paramShapes } from '@ply/layer1-node'
import { bytesToHex } from '@ply/bytes'
import { computeTxid, encodeTransaction, hashToDisplay, type Transaction } from '@ply/primitives'
import {
  type Json,
  type JsonObject,
  type JsonOutput,
  optional,
  param,
  type RpcArguments,
  type RpcMethod,
  expectBoolean,
  expectString,
} from '@ply/rpc'
import { createPsbt, encodeBase64, encodePsbt, finalTransaction } from '@ply/wallet'
import type { NodeWallet } from '../nodeWallet.ts'
import { fill, fillAndSign, withoutScripts } from '../signing.ts'
import { usualLockTime } from '../spend/lockTime.ts'
import { invalidParameter } from '../walletError.ts'
import type { WalletHost } from '../walletHost.ts'
import { fundDraft } from './fundingOptions.ts'
import { member, optionOf } from './options.ts'
import { readDraft } from './draftArguments.ts'
import { ensureUnlocked, optionsParam, walletMethod } from './walletMethod.ts'

/** What may stand in the options. */
const OPTIONS = {
  add_inputs: 'bool',
  include_unsafe: 'bool',
  minconf: 'number',
  maxconf: 'number',
  add_to_wallet: 'bool',
  conf_target: 'number',
  estimate_mode: 'string',
  fee_rate: 'amount',
  change_address: 'string',
  change_position: 'number',
  change_type: 'string',
  include_watching: 'bool',
  inputs: 'array',
  locktime: 'number',
  lock_unspents: 'bool',
  psbt: 'bool',
  subtract_fee_from_outputs: 'array',
  max_tx_weight: 'number',
  replaceable: 'bool',
  solving_data: 'object',
} as const

const FEE_ARGUMENTS = ['conf_target', 'estimate_mode'] as const

/** Fee arguments and fee options are one and the same, and may not be given twice. */
export function mergeFeeOptions(args: RpcArguments, options: JsonObject): JsonObject {
  const merged: Record<string, Json> = { ...options }
  if (FEE_ARGUMENTS.some((name) => options[name] !== undefined)) {
    if (FEE_ARGUMENTS.some((name) => args.has(name))) {
      throw invalidParameter(
        'Pass conf_target and estimate_mode either as arguments or in the options object, but not both',
      )
    }
  } else {
    for (const name of FEE_ARGUMENTS) if (args.has(name)) merged[name] = args.value(name)!
  }
  if (options['fee_rate'] !== undefined) {
    if (args.has('fee_rate')) {
      throw invalidParameter('Pass the fee_rate either as an argument, or in the options object, but not both')
    }
  } else if (args.has('fee_rate')) {
    merged['fee_rate'] = args.value('fee_rate')!
  }
  const mode = optionOf(merged, 'estimate_mode', expectString) ?? 'unset'
  if (member(merged, 'conf_target') !== undefined && mode === 'unset') {
    throw invalidParameter('Specify estimate_mode')
  }
  return merged
}

const OUTDATED: readonly (readonly [string, string])[] = [
  ['feeRate', 'Use fee_rate (sat/vB) instead of feeRate'],
  ['changeAddress', 'Use change_address instead of changeAddress'],
  ['changePosition', 'Use change_position instead of changePosition'],
  ['lockUnspents', 'Use lock_unspents instead of lockUnspents'],
  ['subtractFeeFromOutputs', 'Use subtract_fee_from_outputs instead of subtractFeeFromOutputs'],
]

export function refuseOutdated(options: JsonObject): void {
  for (const [name, message] of OUTDATED) if (options[name] !== undefined) throw invalidParameter(message)
}

/** Locked to the tip where no input says otherwise. */
function discourageFeeSniping(owner: NodeWallet, tx: Transaction, options: JsonObject): Transaction {
  const usual = tx.inputs.every(({ sequence }) => sequence === 0xfffffffe || sequence === 0xfffffffd)
  if (!usual || options['locktime'] !== undefined) return tx
  return { ...tx, lockTime: usualLockTime(owner) }
}

/** Signs a funded transaction, and sends it if it is complete and nobody wants to look at it first. */
export async function finishTransaction(
  owner: NodeWallet,
  funded: Transaction,
  options: JsonObject,
): Promise<JsonOutput> {
  const tx = discourageFeeSniping(owner, funded, options)
  const draft = fill(owner, createPsbt(withoutScripts(tx), 2), { sign: false, finalize: false, bip32Derivs: true }).psbt
  const { psbt, complete } = await fillAndSign(owner, draft, { finalize: true, bip32Derivs: false })
  const wantsPsbt = optionOf(options, 'psbt', expectBoolean) ?? false
  const addToWallet = optionOf(options, 'add_to_wallet', expectBoolean) ?? true
  const result: Record<string, JsonOutput> = {}
  if (wantsPsbt || !complete || !addToWallet) result['psbt'] = encodeBase64(encodePsbt(psbt))
  if (complete) {
    const final = finalTransaction(psbt)
    result['txid'] = hashToDisplay(computeTxid(final))
    if (addToWallet && !wantsPsbt) await owner.commit(final)
    else result['hex'] = bytesToHex(encodeTransaction(final))
  }
  return { ...result, complete }
}

async function send(args: RpcArguments, owner: NodeWallet): Promise<JsonOutput> {
  const options = mergeFeeOptions(args, args.object('options', {}))
  refuseOutdated(options)
  const read = readDraft(owner, {
    options,
    outputs: args.value('outputs'),
    inputs: member(options, 'inputs'),
    lockTime: member(options, 'locktime'),
    version: args.integer('version'),
    subtractFrom: member(options, 'subtract_fee_from_outputs'),
  })
  if (!owner.wallet.flags.disablePrivateKeys) ensureUnlocked(owner)
  const created = await fundDraft(owner, { ...read.draft, overrideMinimum: false }, read.options)
  return finishTransaction(owner, created.tx, options)
}

/** Paying with every choice. */
export const sendMethods = (host: WalletHost): RpcMethod[] =>
  [
    {
      name: 'send',
      help: 'Pays addresses, or makes a PSBT where the wallet cannot sign alone.',
      params: [
        param('outputs', 'any', 'Bitcoins by address.', { shape: paramShapes.OUTPUTS }),
        optional('conf_target', 'number', 'Blocks within which it should confirm.'),
        optional('estimate_mode', 'string', 'unset, economical or conservative.'),
        optional('fee_rate', 'amount', 'Satoshi per vbyte.'),
        optionsParam('add_inputs, change_address, inputs, locktime, psbt, replaceable…', OPTIONS),
        optional('version', 'number', 'Of the transaction.', { default: 2 }),
      ],
      handler: send,
    },
  ].map(walletMethod(host))
