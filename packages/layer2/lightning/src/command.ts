import type { ChannelKey, NetworkAddress, PaymentHashHex, PeerId } from './state.ts'

/** What a user can ask of a node. Amounts are bigints: `Sats` where the name ends in sat, else millisatoshi. */
export type Command =
  /** Connects and stays connected: replies when `init` was exchanged. */
  | { readonly type: 'connect'; readonly peer: PeerId; readonly address: NetworkAddress }
  /** Refused with `peer-has-channels` unless `force`. */
  | { readonly type: 'disconnect'; readonly peer: PeerId; readonly force?: boolean }
  /** Replies when the funding transaction is broadcast. */
  | {
      readonly type: 'open-channel'
      readonly peer: PeerId
      readonly fundingSat: bigint
      readonly pushMsat?: bigint
      readonly announce: boolean
      /** sat/kw of the commitment; from the environment if missing. */
      readonly feerate?: number
    }
  /** Cooperative close, or the latest commitment with `force`. Replies when the close has begun. */
  | {
      readonly type: 'close-channel'
      readonly channel: ChannelKey
      readonly force: boolean
      readonly script?: Uint8Array
    }
  | {
      readonly type: 'create-invoice'
      /** Missing: the payer chooses. */
      readonly amountMsat?: bigint
      readonly description: string
      /** Seconds; 3600 if missing. */
      readonly expiry?: number
      /** 32 bytes; from the environment's entropy if missing. */
      readonly preimage?: Uint8Array
    }
  /** Replies at once with the payment's state; the outcome comes as `payment-sent` or `payment-failed`. */
  | {
      readonly type: 'pay-invoice'
      readonly invoice: string
      /** For an invoice without an amount. */
      readonly amountMsat?: bigint
      /** Missing: 1 % of the amount, at least 5 sat. */
      readonly maxFeeMsat?: bigint
      /** Routes to try one after the other; 20 if missing. */
      readonly maxAttempts?: number
    }
  /** A payment without an invoice: the preimage travels in the onion. */
  | {
      readonly type: 'keysend'
      readonly destination: PeerId
      readonly amountMsat: bigint
      readonly maxFeeMsat?: bigint
    }
  | { readonly type: 'set-channel-policy'; readonly channel: ChannelKey; readonly policy: ForwardingPolicy }

/** What this node asks for forwarding over one of its channels (BOLT 7 `channel_update`). */
export interface ForwardingPolicy {
  readonly feeBaseMsat: number
  readonly feeProportionalMillionths: number
  readonly cltvExpiryDelta: number
  readonly htlcMinimumMsat: bigint
  /** Missing: what the channel allows. */
  readonly htlcMaximumMsat?: bigint | undefined
}

/** Why a command was refused. */
export type CommandErrorCode =
  | 'unknown-peer'
  | 'peer-not-connected'
  | 'peer-has-channels'
  | 'connect-failed'
  | 'unknown-channel'
  | 'channel-refused'
  | 'channel-not-usable'
  | 'funding-failed'
  | 'bad-amount'
  | 'bad-invoice'
  | 'wrong-network'
  | 'invoice-expired'
  | 'amount-missing'
  | 'unsupported-invoice'
  | 'already-paid'
  | 'payment-in-flight'
  | 'own-invoice'
  | 'no-route'
  | 'duplicate-payment-hash'

export interface CommandError {
  readonly code: CommandErrorCode
  readonly message: string
}

/** What a `reply` carries, by command. */
export type CommandResult =
  | { readonly type: 'connect'; readonly peer: PeerId }
  | { readonly type: 'disconnect'; readonly peer: PeerId }
  | {
      readonly type: 'open-channel'
      readonly channel: ChannelKey
      readonly fundingTxid: Uint8Array
      readonly fundingIndex: number
    }
  | { readonly type: 'close-channel'; readonly channel: ChannelKey }
  | {
      readonly type: 'create-invoice'
      readonly invoice: string
      readonly paymentHash: PaymentHashHex
      readonly expiresAt: number
    }
  | { readonly type: 'pay-invoice' | 'keysend'; readonly paymentHash: PaymentHashHex }
  | { readonly type: 'set-channel-policy'; readonly channel: ChannelKey }
