import { bytesToHex } from '@ply/bytes'
import { MIN_FINAL_CLTV_EXPIRY_DELTA } from '@ply/channel'
import { sha256 } from '@ply/crypto'
import { checkPayable, decodeInvoice, type InvoiceCurrency } from '@ply/invoice'
import { MAX_MONEY } from '@ply/primitives'
import { checkFeatures } from '@ply/wire'
import type { Command, CommandErrorCode } from '../command.ts'
import type { RequestId } from '../state.ts'
import type { Turn } from '../turn.ts'
import { attemptPayment } from './attempt.ts'
import type { Payment } from './payment.ts'

const DEFAULT_MAX_ATTEMPTS = 20

/** What a payment may cost if the user does not say: 1 %, and at least 5 sat, for small ones. */
const defaultMaxFee = (amountMsat: bigint): bigint => {
  const share = amountMsat / 100n
  return share > 5000n ? share : 5000n
}

type PayInvoice = Extract<Command, { readonly type: 'pay-invoice' }>

/** Checks an invoice and starts paying it; the answer says whether a first attempt is on its way. */
export function onPayInvoice(turn: Turn, requestId: RequestId, command: PayInvoice): void {
  const { core, env } = turn
  const refuse = (code: CommandErrorCode, message: string): void => {
    turn.refuse(requestId, code, message)
  }
  const decoded = decodeInvoice(command.invoice)
  if (!decoded.ok) {
    refuse('bad-invoice', decoded.error.message)
    return
  }
  const invoice = decoded.value
  const currency = core.config.network.address.invoiceHrp as InvoiceCurrency
  const payable = checkPayable(invoice, { currency, now: env.now })
  if (!payable.ok) {
    const { error } = payable
    refuse(error === 'wrong-field-length' ? 'bad-invoice' : error, error)
    return
  }
  const features = checkFeatures(invoice.features, core.invoiceFeatures)
  if (!features.ok) {
    refuse('unsupported-invoice', JSON.stringify(features.error))
    return
  }
  const amountMsat = command.amountMsat ?? invoice.amountMsat
  if (amountMsat === undefined) {
    refuse('amount-missing', 'the invoice names no amount: name one')
    return
  }
  const tooLittle = invoice.amountMsat !== undefined && amountMsat < invoice.amountMsat
  if (tooLittle || amountMsat <= 0n || amountMsat > MAX_MONEY * 1000n) {
    refuse('bad-amount', `${amountMsat} msat for an invoice over ${invoice.amountMsat ?? 'any amount'}`)
    return
  }
  begin(turn, requestId, {
    type: 'pay-invoice',
    payment: {
      paymentHash: bytesToHex(invoice.paymentHash),
      destination: bytesToHex(invoice.payee),
      invoice: command.invoice,
      amountMsat,
      maxFeeMsat: command.maxFeeMsat ?? defaultMaxFee(amountMsat),
      maxAttempts: command.maxAttempts ?? DEFAULT_MAX_ATTEMPTS,
      finalCltvDelta: invoice.minFinalCltvExpiryDelta,
      paymentSecret: invoice.paymentSecret,
      metadata: invoice.metadata,
      keysendPreimage: undefined,
      routeHints: invoice.routeHints,
    },
  })
}

/** Pays a node that did not ask for it (BLIP 3). */
export function onKeysend(
  turn: Turn,
  requestId: RequestId,
  command: Extract<Command, { readonly type: 'keysend' }>,
): void {
  const { amountMsat, destination, maxFeeMsat } = command
  if (amountMsat <= 0n || amountMsat > MAX_MONEY * 1000n) {
    turn.refuse(requestId, 'bad-amount', `${amountMsat} msat`)
    return
  }
  const preimage = turn.env.entropy.bytes(32)
  begin(turn, requestId, {
    type: 'keysend',
    payment: {
      paymentHash: bytesToHex(sha256(preimage)),
      destination,
      invoice: undefined,
      amountMsat,
      maxFeeMsat: maxFeeMsat ?? defaultMaxFee(amountMsat),
      maxAttempts: DEFAULT_MAX_ATTEMPTS,
      finalCltvDelta: MIN_FINAL_CLTV_EXPIRY_DELTA,
      paymentSecret: undefined,
      metadata: undefined,
      keysendPreimage: preimage,
      routeHints: [],
    },
  })
}

type NewPayment = Omit<Payment, 'createdAt' | 'state' | 'preimage' | 'failure' | 'attempts'>

/** Starts a payment unless it was made, or is being made, already: a payment hash is paid at most once. */
function begin(
  turn: Turn,
  requestId: RequestId,
  { type, payment }: { readonly type: 'pay-invoice' | 'keysend'; readonly payment: NewPayment },
): void {
  const { core, env } = turn
  const { paymentHash } = payment
  const known = core.payments.get(paymentHash)
  if (payment.destination === core.nodeKey) {
    turn.refuse(requestId, 'own-invoice', 'a payment to oneself')
    return
  }
  if (known && known.state !== 'failed') {
    const code = known.state === 'sent' ? 'already-paid' : 'payment-in-flight'
    turn.refuse(requestId, code, `payment ${paymentHash} is ${known.state}`)
    return
  }
  const outcome = attemptPayment(turn, {
    ...payment,
    createdAt: env.now,
    state: 'pending',
    preimage: undefined,
    failure: undefined,
    attempts: [],
  })
  if (outcome === 'sent') {
    turn.reply(requestId, { type, paymentHash })
    return
  }
  core.paymentHints.delete(paymentHash)
  const detail = outcome === 'fee-over-limit' ? `no route for a fee of ${payment.maxFeeMsat} msat` : outcome
  turn.refuse(requestId, 'no-route', detail)
}
