import type { ChannelId, Message } from '@ply/wire'
import type { Update } from './commitments.ts'

/** An update of ours as a message. */
export function toMessage(channelId: ChannelId, update: Update): Message {
  switch (update.type) {
    case 'add': {
      const { id, amountMsat, paymentHash, cltvExpiry, onionRoutingPacket, pathKey } = update.htlc
      return {
        type: 'update_add_htlc',
        channelId,
        id,
        amountMsat,
        paymentHash,
        cltvExpiry,
        onionRoutingPacket,
        ...(pathKey ? { blindedPath: pathKey } : {}),
      }
    }
    case 'fulfill':
      return { type: 'update_fulfill_htlc', channelId, id: update.id, paymentPreimage: update.paymentPreimage }
    case 'fail':
      return { type: 'update_fail_htlc', channelId, id: update.id, reason: update.reason }
    case 'fail-malformed': {
      const { id, sha256OfOnion, failureCode } = update
      return { type: 'update_fail_malformed_htlc', channelId, id, sha256OfOnion, failureCode }
    }
    case 'fee':
      return { type: 'update_fee', channelId, feeratePerKw: update.feeratePerKw }
  }
}

/** The update that a message of the peer holds; undefined for other messages. */
export function fromMessage(message: Message): Update | undefined {
  if (message.type === 'update_add_htlc') {
    const { id, amountMsat, paymentHash, cltvExpiry, onionRoutingPacket, blindedPath } = message
    const htlc = { direction: 'received', id, amountMsat, paymentHash, cltvExpiry, onionRoutingPacket } as const
    return { type: 'add', htlc: blindedPath ? { ...htlc, pathKey: blindedPath } : htlc }
  }
  if (message.type === 'update_fulfill_htlc') {
    return { type: 'fulfill', id: message.id, paymentPreimage: message.paymentPreimage }
  }
  if (message.type === 'update_fail_htlc') return { type: 'fail', id: message.id, reason: message.reason }
  if (message.type === 'update_fail_malformed_htlc') {
    const { id, sha256OfOnion, failureCode } = message
    return { type: 'fail-malformed', id, sha256OfOnion, failureCode }
  }
  if (message.type === 'update_fee') return { type: 'fee', feeratePerKw: message.feeratePerKw }
  return undefined
}
