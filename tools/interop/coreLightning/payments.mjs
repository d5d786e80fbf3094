import { randomBytes } from 'node:crypto'
import { until } from '../../daemons/rpcClient.mjs'
import { expect } from './report.mjs'

let labels = 0

/** A BOLT 11 invoice of a node. */
export async function invoice(node, amountMsat, fields = {}) {
  const label = `${node.name} ${++labels}`
  const { bolt11 } = await node.call('invoice', { amount_msat: amountMsat, label, description: label, ...fields })
  return { label, bolt11 }
}

const paidInvoice = async (node, bolt11) => {
  const { invoices } = await node.call('listinvoices', { invstring: bolt11 })
  return invoices[0]
}

/** `from` pays an invoice of `to`; both must tell of it. Resolves with what the payer said. */
export async function pay(from, to, amountMsat, { invoiceFields = {}, payFields = {} } = {}) {
  const { bolt11 } = await invoice(to, amountMsat, invoiceFields)
  const paid = await from.call('pay', { bolt11, ...payFields })
  expect(`${from.name} has paid`, paid.status === 'complete' && paid.payment_preimage?.length === 64)
  const { status, amount_received_msat: received } = await paidInvoice(to, bolt11)
  expect(`the invoice of ${to.name} is paid`, status === 'paid')
  if (amountMsat !== 'any') expect(`${to.name} got ${amountMsat} msat`, received >= amountMsat)
  return paid
}

/** Rejects as a payment should that cannot be made. */
export async function refusesToPay(from, bolt11, pattern, fields = {}) {
  const complaint = await from.call('pay', { bolt11, ...fields }).then(
    () => 'it was paid',
    (error) => error.message,
  )
  expect(`${from.name} hears of /${pattern.source}/, it said: ${complaint}`, pattern.test(complaint))
}

/**
 * A payment from `from` to `to` (a lightningd) that waits for its release: `ended` resolves when the payer knows the end.
 * `release` hands over the preimage.
 */
export async function payHeld(from, to, amountMsat) {
  await to.call('hold')
  const { bolt11 } = await invoice(to, amountMsat, { preimage: randomBytes(32).toString('hex') })
  const { payment_hash: hash } = await to.call('decode', { string: bolt11 })
  const ended = from.call('pay', { bolt11, retry_for: 3000 }).then(
    (paid) => ({ paid }),
    (error) => ({ error }),
  )
  await until(`a payment that ${to.name} holds`, async () => (await to.call('held')).count > 0)
  return { ended, hash, bolt11, release: () => to.call('release') }
}

/** How a payment of a node stands: pending, complete or failed. */
export async function statusOf(node, hash) {
  const { pays } = await node.call('listpays', { payment_hash: hash })
  return pays[0]?.status
}
