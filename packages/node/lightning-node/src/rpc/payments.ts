import { bytesToHex } from '@ply/bytes'
import { decodeInvoice } from '@ply/invoice'
import type { CommandResult, PaymentView } from '@ply/lightning'
import { type JsonOutput, optional, param, RPC_ERROR, type RpcArguments, RpcError, type RpcMethod } from '@ply/rpc'
import type { LightningNode } from '../lightningNode.ts'
import { msatArgument } from './amount.ts'
import { answerOf, PAY_FAILED, PAY_IN_PROGRESS } from './errors.ts'
import { peerArgument } from './peers.ts'
import { waitFor } from './waitFor.ts'

const DEFAULT_MAX_FEE_PERCENT = 0.5
/** Fees under this many millisatoshi are never too high: a small payment may cross a few hops. */
const FEE_EXEMPT_MSAT = 5000n
const DEFAULT_RETRY_SECONDS = 60

const STATUS = { pending: 'pending', sent: 'complete', failed: 'failed' } as const

const describe = (payment: PaymentView): { readonly [field: string]: JsonOutput } => ({
  payment_hash: payment.paymentHash,
  payment_preimage: payment.preimage && bytesToHex(payment.preimage),
  status: STATUS[payment.state],
  destination: payment.destination,
  bolt11: payment.invoice,
  created_at: payment.createdAt,
  amount_msat: payment.amountMsat,
  amount_sent_msat: payment.amountMsat + payment.feeMsat,
  attempts: payment.attempts,
  failure: payment.failure,
})

function maxFee(args: RpcArguments, amountMsat: bigint): bigint {
  const value = args.value('maxfeepercent')
  const percent = value === undefined ? DEFAULT_MAX_FEE_PERCENT : Number(String(value as string | number))
  if (!(percent >= 0 && percent <= 100))
    throw new RpcError(RPC_ERROR.invalidParams, 'maxfeepercent: should be 0 to 100')
  const fee = (amountMsat * BigInt(Math.round(percent * 10_000))) / 1_000_000n
  return fee > FEE_EXEMPT_MSAT || value !== undefined ? fee : FEE_EXEMPT_MSAT
}

export function paymentMethods(node: LightningNode): RpcMethod[] {
  const find = (hash: string): PaymentView | undefined => node.machine.payment(hash)

  /** Waits for the outcome of a payment that was begun. */
  const outcome = async (
    hash: string,
    begin: () => Promise<unknown>,
    seconds: number,
  ): Promise<{ readonly [field: string]: JsonOutput }> => {
    const ended = waitFor(node, {
      match: (n) =>
        (n.type === 'payment-sent' || n.type === 'payment-failed') && n.paymentHash === hash ? n : undefined,
      seconds,
    })
    try {
      await begin()
      const known = find(hash)
      if (known?.state === 'pending' || !known) await ended.promise
    } finally {
      ended.cancel()
    }
    const payment = find(hash)
    if (payment?.state === 'sent') return { ...describe(payment), parts: 1 }
    if (payment?.state === 'failed') {
      throw new RpcError(PAY_FAILED, payment.failure ?? 'payment failed', describe(payment))
    }
    throw new RpcError(PAY_IN_PROGRESS, 'the payment is still in flight: see listpays', payment && describe(payment))
  }

  return [
    {
      name: 'pay',
      group: 'Payments',
      help: 'Pays an invoice and answers when it is paid.',
      params: [
        param('bolt11', 'string', 'The invoice.'),
        optional('amount_msat', 'any', 'For an invoice without an amount.'),
        optional('maxfeepercent', 'any', 'Most fee, in percent; unless it is given, never under 5 sat.', {
          default: DEFAULT_MAX_FEE_PERCENT,
        }),
        optional('retry_for', 'number', 'Seconds to wait for the outcome.', { default: DEFAULT_RETRY_SECONDS }),
      ],
      handler: async (args) => {
        const invoice = args
          .string('bolt11')
          .trim()
          .replace(/^lightning:/i, '')
          .toLowerCase()
        const decoded = decodeInvoice(invoice)
        if (!decoded.ok) throw new RpcError(RPC_ERROR.invalidParams, `Invalid bolt11: ${decoded.error.message}`)
        const given = args.has('amount_msat') ? msatArgument(args, 'amount_msat') : undefined
        const amountMsat = given ?? decoded.value.amountMsat
        if (amountMsat === undefined)
          throw new RpcError(RPC_ERROR.invalidParams, 'amount_msat: the invoice has no amount')
        const known = find(bytesToHex(decoded.value.paymentHash))
        if (known?.state === 'sent') return { ...describe(known), parts: 1 }
        const pay = async (): Promise<CommandResult> =>
          answerOf(
            await node.command({
              type: 'pay-invoice',
              invoice,
              maxFeeMsat: maxFee(args, amountMsat),
              ...(given === undefined ? {} : { amountMsat: given }),
            }),
            'pay-invoice',
          )
        return outcome(bytesToHex(decoded.value.paymentHash), pay, args.integer('retry_for'))
      },
    },
    {
      name: 'keysend',
      group: 'Payments',
      help: 'Pays a node without an invoice.',
      params: [
        param('destination', 'string', 'Node id.'),
        param('amount_msat', 'any', 'Millisatoshi, or an amount with a unit.'),
        optional('maxfeepercent', 'any', 'Most fee, in percent; unless it is given, never under 5 sat.', {
          default: DEFAULT_MAX_FEE_PERCENT,
        }),
        optional('retry_for', 'number', 'Seconds to wait for the outcome.', { default: DEFAULT_RETRY_SECONDS }),
      ],
      handler: async (args) => {
        const amountMsat = msatArgument(args, 'amount_msat')
        const destination = peerArgument(args, 'destination')
        const sent = await node.command({
          type: 'keysend',
          destination,
          amountMsat,
          maxFeeMsat: maxFee(args, amountMsat),
        })
        const { paymentHash } = answerOf(sent, 'keysend')
        return outcome(paymentHash, () => Promise.resolve(), args.integer('retry_for'))
      },
    },
    {
      name: 'listpays',
      group: 'Payments',
      help: 'Payments that this node made.',
      params: [
        optional('bolt11', 'string', 'Only those of this invoice.'),
        optional('payment_hash', 'string', 'Only the one with this hash.'),
        optional('status', 'string', 'Only pending, complete or failed ones.'),
      ],
      handler: (args) => {
        const bolt11 = args.has('bolt11') ? args.string('bolt11').toLowerCase() : undefined
        const hash = args.has('payment_hash') ? args.string('payment_hash').toLowerCase() : undefined
        const status = args.has('status') ? args.string('status') : undefined
        const pays = node.machine
          .payments()
          .filter(
            (payment) =>
              (bolt11 === undefined || payment.invoice === bolt11) &&
              (hash === undefined || payment.paymentHash === hash) &&
              (status === undefined || STATUS[payment.state] === status),
          )
        return { pays: pays.map(describe) }
      },
    },
  ]
}
