import type { ChannelViolation, HtlcFailure } from '@ply/channel'
import { encodeOnionPacket, type Failure, type ForwardPayload, type OnionPacket } from '@ply/onion'
import type { ChannelEntry } from '../channels/channelEntry.ts'
import { offerHtlc } from '../channels/drive.ts'
import { channelsWith, findByShortId } from '../channels/registry.ts'
import { spendableMsat } from '../channels/balance.ts'
import { updateForFailure } from '../gossip/ownChannels.ts'
import type { Turn } from '../turn.ts'
import { failBack, failWith } from './failures.ts'
import { type Disposition, type IncomingHtlc, htlcKey } from './incomingHtlc.ts'
import { checkRelay } from './relayPolicy.ts'
import { decideIncoming } from './resolve.ts'

type Undecided = Omit<IncomingHtlc, 'disposition'> & { readonly sharedSecret: Uint8Array }

interface ForwardOrder {
  readonly payload: ForwardPayload
  readonly packet: OnionPacket
}

const isEnding = ({ state }: ChannelEntry): boolean =>
  ['shutdown', 'negotiating', 'closing', 'closed'].includes(state.kind === 'offline' ? state.inner.kind : state.kind)

/** The channel that was named first, then the other ones with the same peer, fullest first (non-strict forwarding). */
function candidates(turn: Turn, named: ChannelEntry): ChannelEntry[] {
  const others = channelsWith(turn.core, named.peer)
    .filter((entry) => entry !== named && entry.usable)
    .sort((a, b) => (spendableMsat(a) < spendableMsat(b) ? 1 : -1))
  return named.usable ? [named, ...others] : others
}

/** What a refusal of our own channel means to the payer. */
function refusalFailure({ code }: ChannelViolation, amountMsat: bigint, channelUpdate: Uint8Array): Failure {
  return code === 'htlc-under-minimum'
    ? { type: 'amount_below_minimum', htlcMsat: amountMsat, channelUpdate }
    : { type: 'temporary_channel_failure', channelUpdate }
}

/** Offers an HTLC on as its payload asks for: what becomes of it (BOLT 4, Returning Errors, for the refusals). */
export function forwardHtlc(turn: Turn, incoming: Undecided, { payload, packet }: ForwardOrder): Disposition {
  const { core } = turn
  const { sharedSecret } = incoming
  const { amtToForward, outgoingCltvValue, shortChannelId } = payload
  const named = findByShortId(core, shortChannelId)
  if (!named) return failWith(sharedSecret, { type: 'unknown_next_peer' })
  if (isEnding(named)) return failWith(sharedSecret, { type: 'permanent_channel_failure' })
  const channelUpdate = updateForFailure(named)
  const check = { incoming, payload, height: turn.height, channelUpdate }
  let checked = checkRelay({ ...check, policy: named.record.policy })
  const { previousPolicy } = named
  if (!checked.ok && previousPolicy && turn.env.now <= previousPolicy.until) {
    const before = checkRelay({ ...check, policy: previousPolicy.policy })
    if (before.ok) checked = before
  }
  if (!checked.ok) return failWith(sharedSecret, checked.error)

  let failure: Failure = { type: 'temporary_channel_failure', channelUpdate }
  for (const entry of candidates(turn, named)) {
    const offered = offerHtlc(turn, entry, {
      amountMsat: amtToForward,
      paymentHash: incoming.paymentHash,
      cltvExpiry: outgoingCltvValue,
      onionRoutingPacket: encodeOnionPacket(packet),
    })
    if (offered.ok) {
      const id = offered.value
      core.outgoing.set(htlcKey(entry.wireId, id), {
        type: 'forward',
        incoming: htlcKey(incoming.channel, incoming.id),
      })
      return {
        type: 'forwarded',
        channel: entry.wireId,
        id,
        amountMsat: amtToForward,
        cltvExpiry: outgoingCltvValue,
      }
    }
    if (entry === named) failure = refusalFailure(offered.error, amtToForward, channelUpdate)
  }
  return failWith(sharedSecret, failure)
}

/** The next hop paid: we are paid with the same preimage, whatever else happens. */
export function onForwardFulfilled(turn: Turn, incoming: IncomingHtlc, preimage: Uint8Array): void {
  const { disposition } = incoming
  if (disposition.type !== 'forwarded') return
  decideIncoming(turn, incoming, { type: 'fulfilled', preimage })
  turn.notify({
    type: 'payment-forwarded',
    incomingChannel: incoming.channel,
    outgoingChannel: disposition.channel,
    amountMsat: disposition.amountMsat,
    feeMsat: incoming.amountMsat - disposition.amountMsat,
  })
}

/** The next hop failed: so do we, one layer of encryption further. */
export function onForwardFailed(turn: Turn, incoming: IncomingHtlc, failure: HtlcFailure): void {
  if (incoming.disposition.type !== 'forwarded' || !incoming.sharedSecret) return
  decideIncoming(turn, incoming, failBack(incoming.sharedSecret, failure))
}
