import type { ChannelPolicy } from '@ply/channel'
import type { Entropy } from '@ply/ports'
import type { BlockHash, NetworkParameters } from '@ply/primitives'
import type { ForwardingPolicy } from './command.ts'

/** A node id: 66 hexadecimal digits of the compressed public key. */
export type PeerId = string
/** The funded channel's `channel_id`: 64 hexadecimal digits. */
export type ChannelKey = string
/** 64 hexadecimal digits, as bytes stand on the wire (not reversed). */
export type PaymentHashHex = string
/** Chosen by the shell, unique while the request is open. */
export type RequestId = string
/** `host:port`, IPv6 in brackets. */
export type NetworkAddress = string

/** What stays the same while a node runs. */
export interface NodeConfig {
  readonly network: NetworkParameters
  /** Secret key of the node id. */
  readonly nodeSecret: Uint8Array
  /** 32 bytes from which every channel's keys are derived. */
  readonly channelSeed: Uint8Array
  /** At most 32 bytes of UTF-8. */
  readonly alias: string
  /** Three bytes. */
  readonly color: Uint8Array
  /** Addresses to announce; may be empty. */
  readonly addresses: readonly NetworkAddress[]
  /** For new channels. */
  readonly forwarding: ForwardingPolicy
  /** What we offer and accept of channels; `DEFAULT_POLICY` of @ply/channel is a start. */
  readonly channelPolicy: ChannelPolicy
  /** Seconds between two flushes of other people's gossip; 60 if missing. */
  readonly gossipFlushInterval?: number
}

/** What an event is judged against: read by the shell right before `handle`. */
export interface NodeEnv {
  /** Seconds since the Unix epoch. */
  readonly now: number
  readonly entropy: Entropy
  /** sat per 1000 weight. */
  readonly feerates: {
    /** For funding transactions and commitments of new channels. */
    readonly normal: number
    /** For what must confirm within hours: sweeps of contested outputs. */
    readonly urgent: number
    /** What the mempool takes at least. */
    readonly minimum: number
  }
  /** An output script of our wallet: closes and sweeps pay to it. */
  readonly walletScript: Uint8Array
}

/** The block that the machine has seen last; undefined in a node that has never seen one. */
export interface NodeTip {
  readonly height: number
  readonly hash: BlockHash
}

/** What a user sees of a peer. */
export interface PeerView {
  readonly id: PeerId
  readonly connected: boolean
  readonly address: NetworkAddress | undefined
  readonly channels: readonly ChannelKey[]
}

/**
 * What a user sees of a channel. Balances are millisatoshi, without what is in flight. While it is being closed on
 * chain, `localMsat` is what has yet to reach our wallet, and the other amounts are 0.
 */
export interface ChannelView {
  readonly channel: ChannelKey
  readonly peer: PeerId
  readonly state: string
  readonly opener: 'local' | 'remote'
  readonly announce: boolean
  readonly capacitySat: bigint
  /** Ours; of a closing channel, what has yet to reach the wallet. */
  readonly localMsat: bigint
  readonly remoteMsat: bigint
  /** Sum of the HTLCs in flight that we offered, and that we were offered. */
  readonly inFlightOutMsat: bigint
  readonly inFlightInMsat: bigint
  /** What we could send in one HTLC now; 0 if the channel is not usable. */
  readonly spendableMsat: bigint
  readonly receivableMsat: bigint
  readonly shortChannelId: bigint | undefined
  readonly fundingTxid: Uint8Array | undefined
  readonly fundingIndex: number | undefined
  readonly usable: boolean
}

export interface InvoiceView {
  readonly paymentHash: PaymentHashHex
  readonly invoice: string
  readonly description: string
  readonly amountMsat: bigint | undefined
  readonly state: 'open' | 'paid' | 'expired'
  readonly receivedMsat: bigint
  readonly createdAt: number
  readonly expiresAt: number
}

export interface PaymentView {
  readonly paymentHash: PaymentHashHex
  readonly destination: PeerId
  readonly invoice: string | undefined
  readonly state: 'pending' | 'sent' | 'failed'
  readonly amountMsat: bigint
  /** Paid, or so far planned. */
  readonly feeMsat: bigint
  readonly attempts: number
  readonly preimage: Uint8Array | undefined
  readonly failure: string | undefined
  readonly createdAt: number
}

/** The machine as the shell sees it: `createNode` and `restoreNode` make one. */
export interface LightningNodeView {
  readonly nodeId: PeerId
  readonly tip: NodeTip | undefined
  peers(): readonly PeerView[]
  channels(): readonly ChannelView[]
  /** `now` in seconds since the Unix epoch tells open from expired. */
  invoices(now: number): readonly InvoiceView[]
  payments(): readonly PaymentView[]
  payment(paymentHash: PaymentHashHex): PaymentView | undefined
}
