import { bytesToHex, equalBytes } from '@ply/bytes'
import { FAIL_BACK_BLOCKS } from '@ply/channel'
import { sha256 } from '@ply/crypto'
import type { Failure, FinalPayload } from '@ply/onion'
import { type StoredInvoice, storedInvoiceCodec } from '../invoices/storedInvoice.ts'
import { findByKey } from '../channels/registry.ts'
import { invoiceKey } from '../store/keys.ts'
import type { Turn } from '../turn.ts'
import { failWith } from './failures.ts'
import { type IncomingHtlc, htlcKey } from './incomingHtlc.ts'
import { decideIncoming, resolveIncoming } from './resolve.ts'

type Undecided = Omit<IncomingHtlc, 'disposition'> & { readonly sharedSecret: Uint8Array }

/** BOLT 4: the parts of one payment that come within this many seconds belong together. */
const PARTS_TIMEOUT = 60

/** BOLT 4's checks of the HTLC against its own onion: the hop before us may have cheated. */
function checkAgainstOnion({ amountMsat, cltvExpiry }: Undecided, payload: FinalPayload): Failure | undefined {
  if (cltvExpiry < payload.outgoingCltvValue) return { type: 'final_incorrect_cltv_expiry', cltvExpiry }
  if (amountMsat < payload.amtToForward) return { type: 'final_incorrect_htlc_amount', htlcMsat: amountMsat }
  return undefined
}

/** It was never written as text: the payment brought its preimage. */
const isKeysend = ({ invoice }: StoredInvoice): boolean => invoice === ''

/** True if the payment is what the invoice asks for: secret, amount (up to twice as much), time left. */
function fitsInvoice(turn: Turn, htlc: Undecided, payload: FinalPayload, invoice: StoredInvoice): boolean {
  const { paymentSecret, totalMsat } = payload
  if (invoice.state !== 'open' || turn.env.now > invoice.expiresAt) return false
  const secretFits = paymentSecret !== undefined && equalBytes(paymentSecret, invoice.paymentSecret)
  if (!secretFits && !isKeysend(invoice)) return false
  if (htlc.cltvExpiry < turn.height + invoice.minFinalCltvExpiryDelta) return false
  const { amountMsat } = invoice
  return amountMsat === undefined || (totalMsat >= amountMsat && totalMsat <= 2n * amountMsat)
}

/** An HTLC for us (BOLT 4, the final node): kept until all parts are there, then all of them are fulfilled at once. */
export function receiveFinal(turn: Turn, htlc: Undecided, payload: FinalPayload): void {
  const { core, env, height } = turn
  const entry = findByKey(core, htlc.channel)
  if (!entry) return
  const fail = (failure: Failure): void => {
    resolveIncoming(turn, entry, { ...htlc, disposition: failWith(htlc.sharedSecret, failure) })
  }
  const unknown: Failure = {
    type: 'incorrect_or_unknown_payment_details',
    htlcMsat: htlc.amountMsat,
    height,
  }
  const mismatch = checkAgainstOnion(htlc, payload)
  if (mismatch) {
    fail(mismatch)
    return
  }
  const hash = bytesToHex(htlc.paymentHash)
  const invoice = core.invoices.get(hash) ?? keysendInvoice(turn, htlc, payload)
  if (!invoice || !fitsInvoice(turn, htlc, payload, invoice)) {
    fail(unknown)
    return
  }
  const { totalMsat } = payload
  const keys = core.held.get(hash) ?? []
  const parts = keys.flatMap((key) => core.incoming.get(key) ?? [])
  if (parts.some(({ disposition }) => disposition.type === 'held' && disposition.totalMsat !== totalMsat)) {
    fail(unknown)
    return
  }
  const held: IncomingHtlc = { ...htlc, disposition: { type: 'held', totalMsat, receivedAt: env.now } }
  resolveIncoming(turn, entry, held)
  core.held.set(hash, [...keys, htlcKey(htlc.channel, htlc.id)])
  const received = [...parts, held].reduce((sum, part) => sum + part.amountMsat, 0n)
  if (received >= totalMsat) fulfillInvoice(turn, invoice, [...parts, held])
}

/** Pays out: the invoice is paid exactly once, with the batch that fulfils its parts. */
function fulfillInvoice(turn: Turn, invoice: StoredInvoice, parts: readonly IncomingHtlc[]): void {
  const { core } = turn
  const receivedMsat = parts.reduce((sum, part) => sum + part.amountMsat, 0n)
  const paid: StoredInvoice = { ...invoice, state: 'paid', receivedMsat }
  core.invoices.set(paid.paymentHash, paid)
  turn.put(invoiceKey(paid.paymentHash), () => storedInvoiceCodec.encode(paid))
  core.held.delete(paid.paymentHash)
  for (const part of parts) decideIncoming(turn, part, { type: 'fulfilled', preimage: paid.preimage })
  turn.notify({ type: 'invoice-paid', paymentHash: paid.paymentHash, amountMsat: receivedMsat })
}

/** A payment that brings its own preimage is taken as one for an invoice that we never wrote. */
function keysendInvoice(turn: Turn, htlc: Undecided, payload: FinalPayload): StoredInvoice | undefined {
  const { keysendPreimage: preimage, totalMsat, amtToForward } = payload
  if (!preimage || !equalBytes(sha256(preimage), htlc.paymentHash)) return undefined
  if (totalMsat !== amtToForward) return undefined
  return {
    paymentHash: bytesToHex(htlc.paymentHash),
    preimage,
    paymentSecret: new Uint8Array(32),
    invoice: '',
    description: 'keysend',
    amountMsat: totalMsat,
    minFinalCltvExpiryDelta: FAIL_BACK_BLOCKS + 1,
    createdAt: turn.env.now,
    expiresAt: turn.env.now,
    state: 'open',
    receivedMsat: 0n,
  }
}

/** Gives held parts back whose payment will not be complete in time. */
export function expireHeldParts(turn: Turn): void {
  const { core, env, height } = turn
  for (const [hash, keys] of core.held) {
    const parts = keys.flatMap((key) => core.incoming.get(key) ?? [])
    const late = parts.some(
      ({ disposition, cltvExpiry }) =>
        (disposition.type === 'held' && env.now >= disposition.receivedAt + PARTS_TIMEOUT) ||
        cltvExpiry <= height + FAIL_BACK_BLOCKS,
    )
    if (!late) continue
    core.held.delete(hash)
    for (const part of parts) {
      if (part.sharedSecret) decideIncoming(turn, part, failWith(part.sharedSecret, { type: 'mpp_timeout' }))
    }
  }
}
