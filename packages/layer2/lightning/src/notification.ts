import type { ChannelKey, PaymentHashHex, PeerId } from './state.ts'

/** What a user may want to see happen. */
export type Notification =
  | { readonly type: 'peer-connected'; readonly peer: PeerId }
  | { readonly type: 'peer-disconnected'; readonly peer: PeerId }
  /** The peer broke the protocol, or said so of us. */
  | { readonly type: 'peer-warning'; readonly peer: PeerId; readonly message: string }
  /** The funding transaction exists; the channel waits for its confirmations. */
  | { readonly type: 'channel-pending'; readonly channel: ChannelKey; readonly peer: PeerId }
  /** Both sides said `channel_ready`. */
  | { readonly type: 'channel-opened'; readonly channel: ChannelKey; readonly peer: PeerId }
  | {
      readonly type: 'channel-closing'
      readonly channel: ChannelKey
      readonly kind: 'mutual' | 'force'
      readonly reason: string
    }
  /** Nothing of the channel is left on chain that could be ours. */
  | { readonly type: 'channel-closed'; readonly channel: ChannelKey }
  | {
      readonly type: 'payment-sent'
      readonly paymentHash: PaymentHashHex
      readonly preimage: Uint8Array
      readonly amountMsat: bigint
      readonly feeMsat: bigint
    }
  | { readonly type: 'payment-failed'; readonly paymentHash: PaymentHashHex; readonly reason: string }
  | { readonly type: 'invoice-paid'; readonly paymentHash: PaymentHashHex; readonly amountMsat: bigint }
  | {
      readonly type: 'payment-forwarded'
      readonly incomingChannel: ChannelKey
      readonly outgoingChannel: ChannelKey
      readonly amountMsat: bigint
      readonly feeMsat: bigint
    }
