import { assert, hexToBytes } from '@ply/bytes'
import { createOnion, encodeOnionPacket, encodePayload, type OnionHop } from '@ply/onion'
import type { Msats } from '@ply/primitives'
import { findRoute, type Route } from '@ply/routing'
import type { ShortChannelId } from '@ply/wire'
import { offerHtlc } from '../channels/drive.ts'
import { findByShortId } from '../channels/registry.ts'
import { newPaymentHints } from '../core.ts'
import { htlcKey } from '../htlc/incomingHtlc.ts'
import { paymentKey } from '../store/keys.ts'
import type { Turn } from '../turn.ts'
import { type Attempt, type AttemptHop, type Payment, paymentCodec } from './payment.ts'
import { createRouteRequest } from './routeRequest.ts'

export function storePayment(turn: Turn, payment: Payment): void {
  turn.core.payments.set(payment.paymentHash, payment)
  turn.put(paymentKey(payment.paymentHash), () => paymentCodec.encode(payment))
}

/** The payload of each hop: what it forwards and where to; the last one what proves the payment (BOLT 4). */
function createPayloads(payment: Payment, hops: readonly AttemptHop[], height: number): OnionHop[] {
  return hops.map((hop, i) => {
    const next = hops[i + 1]
    const nodeId = hexToBytes(hop.nodeId)
    if (next) {
      const payload = encodePayload({
        amtToForward: next.amountMsat as Msats,
        outgoingCltvValue: height + next.cltvDelta,
        shortChannelId: next.shortChannelId as ShortChannelId,
      })
      return { nodeId, payload }
    }
    const { paymentSecret, metadata, keysendPreimage } = payment
    const payload = encodePayload({
      amtToForward: hop.amountMsat as Msats,
      outgoingCltvValue: height + hop.cltvDelta,
      ...(paymentSecret ? { paymentData: { paymentSecret, totalMsat: payment.amountMsat as Msats } } : {}),
      ...(metadata ? { paymentMetadata: metadata } : {}),
      ...(keysendPreimage ? { keysendPreimage } : {}),
    })
    return { nodeId, payload }
  })
}

const toAttemptHops = (route: Route): AttemptHop[] => route.hops.map((hop) => ({ ...hop }))

/** Sends the payment over one route; undefined where our own channel, or the onion's size, does not allow it. */
function sendOver(turn: Turn, payment: Payment, route: Route): Attempt | undefined {
  const [first] = route.hops
  assert(first !== undefined, 'route without hops')
  const entry = findByShortId(turn.core, first.shortChannelId)
  if (!entry) return undefined
  const hops = toAttemptHops(route)
  const sessionKey = turn.env.entropy.bytes(32)
  const paymentHash = hexToBytes(payment.paymentHash)
  const onion = createOnion({
    sessionKey,
    associatedData: paymentHash,
    hops: createPayloads(payment, hops, turn.height),
  })
  if (!onion.ok) return undefined
  const offered = offerHtlc(turn, entry, {
    amountMsat: route.amountMsat,
    paymentHash,
    cltvExpiry: turn.height + route.cltvDelta,
    onionRoutingPacket: encodeOnionPacket(onion.value.packet),
  })
  if (!offered.ok) return undefined
  turn.core.outgoing.set(htlcKey(entry.wireId, offered.value), {
    type: 'payment',
    paymentHash: payment.paymentHash,
  })
  return {
    channel: entry.wireId,
    id: offered.value,
    sessionKey,
    hops,
    amountMsat: route.amountMsat,
    state: 'in-flight',
  }
}

export type AttemptOutcome = 'sent' | 'no-route' | 'fee-over-limit' | 'attempts-used-up'

/** Finds a route for a pending payment and sends it; with what failed so far left out. */
export function attemptPayment(turn: Turn, payment: Payment): AttemptOutcome {
  const hints = turn.core.paymentHints.get(payment.paymentHash) ?? newPaymentHints()
  turn.core.paymentHints.set(payment.paymentHash, hints)
  if (payment.attempts.length >= payment.maxAttempts) return 'attempts-used-up'
  for (;;) {
    const route = findRoute(createRouteRequest(turn, payment))
    if (!route.ok) return route.error
    const attempt = sendOver(turn, payment, route.value)
    if (attempt) {
      storePayment(turn, { ...payment, attempts: [...payment.attempts, attempt] })
      return 'sent'
    }
    // Each turn of the loop rules out one more of our own channels, so it ends.
    hints.excludedEdges.add(route.value.hops[0]!.edge)
  }
}

/** The attempt in flight with this HTLC. Ids of HTLCs that were never signed are used again. */
export const attemptOf = (payment: Payment, channel: string, id: bigint): Attempt | undefined =>
  payment.attempts.find((attempt) => attempt.state === 'in-flight' && attempt.channel === channel && attempt.id === id)
