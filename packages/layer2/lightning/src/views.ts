import { type Closing, computeBalance, computeClosingBalance } from '@ply/channel'
import type { OutPoint } from '@ply/primitives'
import { receivableMsat, spendableMsat } from './channels/balance.ts'
import { type ChannelEntry, channelIn, realShortId } from './channels/channelEntry.ts'
import { channelsWith } from './channels/registry.ts'
import type { NodeCore } from './core.ts'
import type { StoredInvoice } from './invoices/storedInvoice.ts'
import type { Payment } from './payments/payment.ts'
import type { ChannelView, InvoiceView, PaymentView, PeerView } from './state.ts'

/** Peers that are connected, wanted, or have channels with us. */
export function viewPeers(core: NodeCore): PeerView[] {
  const ids = new Set([...core.peers.keys(), ...core.peerRecords.keys()])
  return [...ids].map((id) => {
    const peer = core.peers.get(id)
    return {
      id,
      connected: peer?.features !== undefined,
      address: peer?.address ?? core.peerRecords.get(id)?.addresses[0],
      channels: channelsWith(core, id).flatMap((entry) => (channelIn(entry) ? [entry.wireId] : [])),
    }
  })
}

/** Whether a transaction that the wallet already counts spends an output. */
export type IsSpent = (outpoint: OutPoint) => boolean

const NOTHING_LEFT = { localMsat: 0n, remoteMsat: 0n, offeredMsat: 0n, receivedMsat: 0n }

/** A closing channel holds only what has yet to come home; what came home is the wallet's. */
function closingBalance(core: NodeCore, closing: Closing, isSpent?: IsSpent): typeof NOTHING_LEFT {
  const env = { signer: core.signer, policy: core.config.channelPolicy }
  return { ...NOTHING_LEFT, localMsat: computeClosingBalance(closing, env, isSpent) }
}

/** A channel; undefined before it has a funding output. See `LightningNode.channels` for `isSpent`. */
export function viewChannel(core: NodeCore, entry: ChannelEntry, isSpent?: IsSpent): ChannelView | undefined {
  const channel = channelIn(entry)
  if (!channel) return undefined
  const { state } = entry
  const balance = state.kind === 'closing' ? closingBalance(core, state, isSpent) : computeBalance(channel)
  return {
    channel: entry.wireId,
    peer: entry.peer,
    state: state.kind === 'offline' || state.kind === 'syncing' ? state.inner.kind : state.kind,
    opener: channel.isOpener ? 'local' : 'remote',
    announce: channel.announceChannel,
    capacitySat: channel.fundingSatoshis,
    localMsat: balance.localMsat,
    remoteMsat: balance.remoteMsat,
    inFlightOutMsat: balance.offeredMsat,
    inFlightInMsat: balance.receivedMsat,
    spendableMsat: spendableMsat(entry),
    receivableMsat: entry.usable ? receivableMsat(channel) : 0n,
    shortChannelId: realShortId(entry),
    fundingTxid: channel.fundingOutpoint.txid,
    fundingIndex: channel.fundingOutpoint.index,
    usable: entry.usable,
  }
}

export function viewInvoice(invoice: StoredInvoice, now: number): InvoiceView {
  const { paymentHash, description, amountMsat, receivedMsat, createdAt, expiresAt } = invoice
  const expired = invoice.state === 'open' && now > expiresAt
  const state = expired ? 'expired' : invoice.state
  return { paymentHash, invoice: invoice.invoice, description, amountMsat, state, receivedMsat, createdAt, expiresAt }
}

export function viewPayment(payment: Payment): PaymentView {
  const last = payment.attempts.at(-1)
  return {
    paymentHash: payment.paymentHash,
    destination: payment.destination,
    invoice: payment.invoice,
    state: payment.state,
    amountMsat: payment.amountMsat,
    feeMsat: last ? last.amountMsat - payment.amountMsat : 0n,
    attempts: payment.attempts.length,
    preimage: payment.preimage,
    failure: payment.failure,
    createdAt: payment.createdAt,
  }
}
