import type { Settlement } from '@ply/channel'
import type { ChannelEntry } from '../channels/channelEntry.ts'
import { onPaymentFailed, onPaymentFulfilled } from '../payments/outcome.ts'
import type { Turn } from '../turn.ts'
import { onForwardFailed, onForwardFulfilled } from './forward.ts'
import { htlcKey } from './incomingHtlc.ts'
import { onHtlcReceived } from './received.ts'

/** The outcome of an HTLC reaches whoever waits for it: once, because then nobody waits any more. */
export function onSettlement(turn: Turn, entry: ChannelEntry, settlement: Settlement): void {
  switch (settlement.kind) {
    case 'received':
      onHtlcReceived(turn, entry, settlement.htlc, settlement.overDustExposure)
      return
    case 'added':
    case 'refused':
      return
    case 'fulfilled':
    case 'failed':
      onOutgoingEnded(turn, entry, settlement)
      return
  }
}

type Ended = Extract<Settlement, { readonly kind: 'fulfilled' | 'failed' }>

function onOutgoingEnded(turn: Turn, entry: ChannelEntry, ended: Ended): void {
  const { core } = turn
  const key = htlcKey(entry.wireId, ended.id)
  const origin = core.outgoing.get(key)
  if (!origin) return
  core.outgoing.delete(key)
  if (origin.type === 'forward') {
    const incoming = core.incoming.get(origin.incoming)
    if (!incoming) return
    if (ended.kind === 'fulfilled') onForwardFulfilled(turn, incoming, ended.paymentPreimage)
    else onForwardFailed(turn, incoming, ended.failure)
    return
  }
  const payment = core.payments.get(origin.paymentHash)
  if (!payment) return
  const htlc = { channel: entry.wireId, id: ended.id }
  if (ended.kind === 'fulfilled') onPaymentFulfilled(turn, payment, { ...htlc, preimage: ended.paymentPreimage })
  else onPaymentFailed(turn, payment, { ...htlc, failure: ended.failure })
}
