import { bytesToHex, hexToBytes, utf8ToBytes } from '@ply/bytes'
import { MIN_FINAL_CLTV_EXPIRY_DELTA } from '@ply/channel'
import { sha256 } from '@ply/crypto'
import { encodeInvoice, type InvoiceCurrency, type RouteHint } from '@ply/invoice'
import { MAX_MONEY, type Msats } from '@ply/primitives'
import { featuresInContext, type NodeId, type ShortChannelId } from '@ply/wire'
import { type ChannelEntry, channelIn, realShortId } from '../channels/channelEntry.ts'
import { receivableMsat } from '../channels/balance.ts'
import type { Command } from '../command.ts'
import type { NodeCore } from '../core.ts'
import type { RequestId } from '../state.ts'
import { invoiceKey } from '../store/keys.ts'
import type { Turn } from '../turn.ts'
import { type StoredInvoice, storedInvoiceCodec } from './storedInvoice.ts'

const DEFAULT_EXPIRY = 3600
const MAX_HINTS = 3

/** By what id the peer finds its channel with us, and its terms: a way in that gossip does not know. */
function routeHint(entry: ChannelEntry): RouteHint[] {
  const channel = channelIn(entry)
  const update = entry.remoteUpdate
  const id = channel?.remoteAlias ?? realShortId(entry)
  if (!entry.usable || !update || id === undefined) return []
  return [
    {
      nodeId: hexToBytes(entry.peer) as NodeId,
      shortChannelId: id as ShortChannelId,
      feeBaseMsat: update.feeBaseMsat,
      feeProportionalMillionths: update.feeProportionalMillionths,
      cltvExpiryDelta: update.cltvExpiryDelta,
    },
  ]
}

/** Hints for nodes that nobody finds in the graph: the unannounced channels that can receive most. */
function routeHints({ channels }: NodeCore): RouteHint[][] {
  const entries = [...channels.values()]
  if (entries.some((entry) => entry.record.announced)) return []
  const receivable = (entry: ChannelEntry): bigint => {
    const channel = channelIn(entry)
    return channel ? receivableMsat(channel) : 0n
  }
  return entries
    .sort((a, b) => (receivable(a) < receivable(b) ? 1 : -1))
    .map(routeHint)
    .filter((hint) => hint.length > 0)
    .slice(0, MAX_HINTS)
}

/** Makes an invoice, stores it and answers with it (BOLT 11). */
export function onCreateInvoice(
  turn: Turn,
  requestId: RequestId,
  command: Extract<Command, { readonly type: 'create-invoice' }>,
): void {
  const { core, env } = turn
  const { amountMsat, description, expiry = DEFAULT_EXPIRY } = command
  if (amountMsat !== undefined && (amountMsat <= 0n || amountMsat > MAX_MONEY * 1000n)) {
    turn.refuse(requestId, 'bad-amount', `an invoice over ${amountMsat} msat`)
    return
  }
  const preimage = command.preimage ?? env.entropy.bytes(32)
  const paymentHash = sha256(preimage)
  const hash = bytesToHex(paymentHash)
  if (core.invoices.has(hash)) {
    turn.refuse(requestId, 'duplicate-payment-hash', 'there is an invoice with this preimage')
    return
  }
  const paymentSecret = env.entropy.bytes(32)
  const tooLong = utf8ToBytes(description).length > 639
  const encoded = encodeInvoice(
    {
      currency: core.config.network.address.invoiceHrp as InvoiceCurrency,
      ...(amountMsat === undefined ? {} : { amountMsat: amountMsat as Msats }),
      timestamp: env.now,
      paymentHash,
      paymentSecret,
      ...(tooLong ? { descriptionHash: sha256(utf8ToBytes(description)) } : { description }),
      expiry,
      minFinalCltvExpiryDelta: MIN_FINAL_CLTV_EXPIRY_DELTA,
      fallbacks: [],
      routeHints: routeHints(core),
      features: featuresInContext(core.invoiceFeatures, '9'),
    },
    core.config.nodeSecret,
  )
  if (!encoded.ok) {
    turn.refuse(requestId, 'bad-invoice', encoded.error.message)
    return
  }
  const invoice: StoredInvoice = {
    paymentHash: hash,
    preimage,
    paymentSecret,
    invoice: encoded.value,
    description,
    amountMsat,
    minFinalCltvExpiryDelta: MIN_FINAL_CLTV_EXPIRY_DELTA,
    createdAt: env.now,
    expiresAt: env.now + expiry,
    state: 'open',
    receivedMsat: 0n,
  }
  core.invoices.set(hash, invoice)
  turn.put(invoiceKey(hash), () => storedInvoiceCodec.encode(invoice))
  turn.reply(requestId, {
    type: 'create-invoice',
    invoice: encoded.value,
    paymentHash: hash,
    expiresAt: invoice.expiresAt,
  })
}
