import { bytesToHex } from '@ply/bytes'
import { computeTxid, hashToDisplay, type Transaction } from '@ply/primitives'
import {
  btcAmount,
  type Json,
  type JsonObject,
  type JsonOutput,
  param,
  RPC_ERROR,
  type RpcArguments,
  RpcError,
  type RpcMethod,
  type RpcParam,
  expectArray,
  expectBoolean,
} from '@ply/rpc'
import { encodeBase64, encodePsbt, type TransactionRecord } from '@ply/wallet'
import type { NodeWallet } from '../nodeWallet.ts'
import { createFilledPsbt, signTransaction } from '../signing.ts'
import { type BumpWish, createReplacement } from '../spend/bumpFee.ts'
import { invalidParameter, miscError, walletError } from '../walletError.ts'
import type { WalletHost } from '../walletHost.ts'
import { readFeeWish } from './feeArguments.ts'
import { asInteger, checkOptions, member, optionOf } from './options.ts'
import { readRecipients } from './transactionArguments.ts'
import { readRecord } from './transactions.ts'
import { ensureUnlocked, optionsParam, walletMethod } from './walletMethod.ts'

/** What may stand in the options. */
const OPTIONS = {
  conf_target: 'number',
  fee_rate: 'amount',
  replaceable: 'bool',
  estimate_mode: 'string',
  outputs: 'any',
  original_change_index: 'number',
} as const

const PSBT_OPTIONS = { ...OPTIONS, psbt_version: 'number' } as const

function asIndex(value: Json): number {
  const index = asInteger(value)
  if (index < 0) throw miscError('JSON integer out of range')
  return index
}

function readWish(options: JsonObject, owner: NodeWallet, allowForeign: boolean): BumpWish {
  checkOptions(options, {
    confTarget: 'number',
    conf_target: 'number',
    fee_rate: 'any',
    replaceable: 'bool',
    estimate_mode: 'string',
    outputs: 'any',
    original_change_index: 'number',
    psbt_version: 'number',
  })
  if (options['confTarget'] !== undefined && options['conf_target'] !== undefined) {
    throw invalidParameter(
      'confTarget and conf_target options should not both be set. Use conf_target (confTarget is deprecated).',
    )
  }
  const values = {
    confTarget: member(options, 'confTarget') ?? member(options, 'conf_target'),
    estimateMode: member(options, 'estimate_mode'),
    feeRate: member(options, 'fee_rate'),
  }
  const wish = readFeeWish(values, false)
  const outputs = member(options, 'outputs')
  if (Array.isArray(outputs) && expectArray(outputs).length === 0) {
    throw invalidParameter('Invalid parameter, output argument cannot be an empty array')
  }
  return {
    ...wish,
    replaceable: optionOf(options, 'replaceable', expectBoolean) ?? true,
    outputs: outputs === undefined ? undefined : readRecipients(outputs, owner.wallet.network),
    changeIndex: optionOf(options, 'original_change_index', asIndex),
    allowForeign,
  }
}

const INCOMPLETE = 'Transaction incomplete. Try psbtbumpfee instead.'

/** Signs the replacement, sends it, and notes on both which took the place of which. */
async function commit(owner: NodeWallet, original: TransactionRecord, tx: Transaction): Promise<JsonOutput> {
  const { wallet } = owner
  const isOutside = wallet.flags.externalSigner
  const signed = await signTransaction(owner, tx).catch((error: unknown) => {
    // That the signer does not sign is no more than that the transaction is incomplete.
    if (isOutside && error instanceof RpcError && error.code === RPC_ERROR.verify) return undefined
    throw error
  })
  if (!signed) throw walletError(isOutside ? INCOMPLETE : "Can't sign transaction.")
  const { comment, to } = wallet.note(original.txid) ?? {}
  const txid = computeTxid(signed)
  wallet.setNote(original.txid, { replacedBy: bytesToHex(txid) })
  await owner.commit(signed, {
    replaces: original.txid,
    ...(comment !== undefined && { comment }),
    ...(to !== undefined && { to }),
  })
  return hashToDisplay(txid)
}

async function bumpFee(args: RpcArguments, owner: NodeWallet, wantPsbt: boolean): Promise<JsonOutput> {
  const { disablePrivateKeys, externalSigner } = owner.wallet.flags
  if (disablePrivateKeys && !externalSigner && !wantPsbt) {
    throw walletError('bumpfee is not available with wallets that have private keys disabled. Use psbtbumpfee instead.')
  }
  const options = args.object('options', {})
  const wish = readWish(options, owner, wantPsbt)
  const psbtVersion = optionOf(options, 'psbt_version', asInteger) ?? 2
  if (psbtVersion !== 0 && psbtVersion !== 2) throw invalidParameter('The PSBT version can only be 2 or 0')
  ensureUnlocked(owner)
  const record = readRecord(args, owner)
  const bumped = await createReplacement(owner, record, wish)
  if (!bumped.ok) throw new RpcError(bumped.error.code, bumped.error.message)
  const { tx, oldFee, fee } = bumped.value
  const result = wantPsbt
    ? { psbt: encodeBase64(encodePsbt(createFilledPsbt(owner, tx, psbtVersion))) }
    : { txid: await commit(owner, record, tx) }
  return { ...result, origfee: btcAmount(oldFee), fee: btcAmount(fee), errors: [] }
}

const params = (options: typeof OPTIONS): RpcParam[] => [
  param('txid', 'string', 'The transaction.'),
  optionsParam('conf_target, fee_rate, replaceable, estimate_mode, outputs, original_change_index.', options),
]

/** Replacing a payment that waits. */
export const bumpFeeMethods = (host: WalletHost): RpcMethod[] =>
  [
    {
      name: 'bumpfee',
      help: 'Replaces a transaction by one that pays a higher fee.',
      params: params(OPTIONS),
      handler: (args: RpcArguments, owner: NodeWallet) => bumpFee(args, owner, false),
    },
    {
      name: 'psbtbumpfee',
      help: 'Makes such a replacement as a PSBT.',
      params: params(PSBT_OPTIONS),
      handler: (args: RpcArguments, owner: NodeWallet) => bumpFee(args, owner, true),
    },
  ].map(walletMethod(host))
