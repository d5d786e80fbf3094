import { paramShapes } from '@ply/layer1-node'
import { computeTxid, hashToDisplay } from '@ply/primitives'
import { type JsonOutput, optional, param, RPC_ERROR, type RpcArguments, RpcError, type RpcMethod } from '@ply/rpc'
import { type CreatedPayment, type Recipient, type TransactionNote } from '@ply/wallet'
import type { NodeWallet } from '../nodeWallet.ts'
import { pay } from '../spend/pay.ts'
import { signTransaction } from '../signing.ts'
import { usualLockTime } from '../spend/lockTime.ts'
import { invalidParameter, walletError } from '../walletError.ts'
import type { WalletHost } from '../walletHost.ts'
import { FEE_UNKNOWN, checkFeeRate, chooseFeeRate, type FeeWish, paymentTerms, readFeeWish } from './feeArguments.ts'
import { readAvoidReuse } from './info.ts'
import { readRecipients } from './transactionArguments.ts'
import { ensureUnlocked, walletMethod } from './walletMethod.ts'

interface Order {
  readonly recipients: readonly Recipient[]
  readonly wish: FeeWish
  readonly replaceable: boolean
  /** Leave out addresses that were spent from before. */
  readonly avoidReuse: boolean
  readonly note: Partial<TransactionNote>
  readonly verbose: boolean
}

const comments = (args: RpcArguments): Partial<TransactionNote> => ({
  ...(args.string('comment', '') !== '' && { comment: args.string('comment') }),
  ...(args.string('comment_to', '') !== '' && { to: args.string('comment_to') }),
})

function feeWish(args: RpcArguments): FeeWish {
  const values = {
    confTarget: args.value('conf_target'),
    estimateMode: args.value('estimate_mode'),
    feeRate: args.value('fee_rate'),
  }
  return readFeeWish(values, false)
}

/** Gives a change address back that was taken for a payment which is not made. */
export function forget(owner: NodeWallet, { reserved }: CreatedPayment): void {
  if (reserved) owner.wallet.book.giveBack(reserved)
}

const NOT_BY_SIGNERS =
  'Error: sendtoaddress and sendmany are not supported for wallets with external signers; use send instead'

async function sendMoney(owner: NodeWallet, order: Order): Promise<JsonOutput> {
  ensureUnlocked(owner)
  if (owner.wallet.flags.externalSigner) throw walletError(NOT_BY_SIGNERS)
  if (owner.wallet.flags.disablePrivateKeys) throw walletError('Error: Private keys are disabled for this wallet')
  const refuse = (message: string): RpcError => new RpcError(RPC_ERROR.walletInsufficientFunds, message)
  const tooLow = checkFeeRate(owner, order.wish)
  if (tooLow !== undefined) throw refuse(tooLow)
  const chosen = chooseFeeRate(owner, order.wish)
  if (!chosen) throw refuse(FEE_UNKNOWN)
  const { feeRate, reason } = chosen
  const terms = paymentTerms(owner, feeRate)
  const payment = pay(owner, {
    ...terms,
    // Addresses that are kept apart are spent from all at once.
    habits: { ...terms.habits, wholeScripts: terms.habits.wholeScripts || order.avoidReuse },
    recipients: order.recipients,
    lockTime: usualLockTime(owner),
    replaceable: order.replaceable,
    filter: { includeUsed: !order.avoidReuse },
    ...(owner.options.changeType && { changeType: owner.options.changeType }),
  })
  if (!payment.ok) throw refuse(payment.error)
  const signed = await signTransaction(owner, payment.value.tx)
  if (!signed) {
    forget(owner, payment.value)
    throw refuse('Signing transaction failed')
  }
  await owner.commit(signed, order.note)
  const txid = hashToDisplay(computeTxid(signed))
  return order.verbose ? { txid, fee_reason: reason } : txid
}

function sendToAddress(args: RpcArguments, owner: NodeWallet): Promise<JsonOutput> {
  const address = args.string('address')
  const avoidReuse = readAvoidReuse(args, owner)
  const wish = feeWish(args)
  ensureUnlocked(owner)
  const subtract = args.boolean('subtractfeefromamount') ? [0] : []
  return sendMoney(owner, {
    recipients: readRecipients({ [address]: args.value('amount') ?? null }, owner.wallet.network, subtract),
    wish,
    replaceable: args.boolean('replaceable', owner.options.replaceable),
    avoidReuse,
    note: comments(args),
    verbose: args.boolean('verbose'),
  })
}

function sendMany(args: RpcArguments, owner: NodeWallet): Promise<JsonOutput> {
  if (args.string('dummy', '') !== '') throw invalidParameter('Dummy value must be set to ""')
  const wish = feeWish(args)
  return sendMoney(owner, {
    recipients: readRecipients(args.object('amounts'), owner.wallet.network, args.value('subtractfeefrom')),
    wish,
    replaceable: args.boolean('replaceable', owner.options.replaceable),
    avoidReuse: false,
    note: comments(args),
    verbose: args.boolean('verbose'),
  })
}

const replaceable = optional('replaceable', 'bool', 'Others may come in its place (BIP 125).')
const confTarget = optional('conf_target', 'number', 'Blocks within which it should confirm.')
const estimateMode = optional('estimate_mode', 'string', 'unset, economical or conservative.')
const feeRate = optional('fee_rate', 'amount', 'Satoshi per vbyte.')
const verbose = optional('verbose', 'bool', 'Also say where the fee rate comes from.', { default: false })
const comment = optional('comment', 'string', 'A note that stays in the wallet.')

/** Paying at once. */
export const sendMoneyMethods = (host: WalletHost): RpcMethod[] =>
  [
    {
      name: 'sendtoaddress',
      help: 'Pays an address.',
      params: [
        param('address', 'string', 'The address.'),
        param('amount', 'amount', 'Bitcoins.'),
        comment,
        optional('comment_to', 'string', 'A note on who is paid.'),
        optional('subtractfeefromamount', 'bool', 'The fee is taken out of the amount.', { default: false }),
        replaceable,
        confTarget,
        estimateMode,
        optional('avoid_reuse', 'bool', 'Leave out addresses that were spent from.'),
        feeRate,
        verbose,
      ],
      handler: sendToAddress,
    },
    {
      name: 'sendmany',
      help: 'Pays several addresses in one transaction.',
      params: [
        optional('dummy', 'string', 'Must be "".'),
        param('amounts', 'object', 'Bitcoins by address.', { shape: paramShapes.AMOUNTS }),
        optional('minconf', 'number', 'Not used.'),
        comment,
        optional('subtractfeefrom', 'array', 'Addresses whose amounts pay the fee.', { shape: paramShapes.ADDRESSES }),
        replaceable,
        confTarget,
        estimateMode,
        feeRate,
        verbose,
      ],
      handler: sendMany,
    },
  ].map(walletMethod(host))
