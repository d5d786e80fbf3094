import type { ChannelSigner } from '@ply/channel'
import type { BlockHash } from '@ply/primitives'
import type { LiquidityMemory, NetworkGraph } from '@ply/routing'
import type { ChannelUpdate, Features, NodeId } from '@ply/wire'
import type { ChannelEntry } from './channels/channelEntry.ts'
import type { PendingGossip } from './gossip/pendingGossip.ts'
import type { IncomingHtlc } from './htlc/incomingHtlc.ts'
import type { StoredInvoice } from './invoices/storedInvoice.ts'
import type { Payment } from './payments/payment.ts'
import type { Peer } from './peers/peer.ts'
import type { PeerRecord } from './peers/peerRecord.ts'
import type { ChannelKey, NodeConfig, NodeTip, PaymentHashHex, PeerId, RequestId } from './state.ts'

/** Who waits for the outcome of an HTLC that we offered. */
export type OutgoingOrigin =
  | { readonly type: 'forward'; readonly incoming: string }
  | { readonly type: 'payment'; readonly paymentHash: PaymentHashHex }

/**
 * Everything a node knows: small values that are replaced, never changed, in indexes that are. Only the functions
 * called by `LightningNode.handle` touch it, one event at a time.
 */
export interface NodeCore {
  readonly config: NodeConfig
  readonly nodeId: NodeId
  readonly nodeKey: PeerId
  readonly chainHash: BlockHash
  readonly features: Features
  readonly invoiceFeatures: Features
  readonly signer: ChannelSigner
  /** Signs a 32-byte hash with the node's key. */
  readonly sign: (hash: Uint8Array) => Uint8Array

  tip: NodeTip | undefined

  /** Peers that are connected. */
  readonly peers: Map<PeerId, Peer>
  /** Peers that we know how to reach. */
  readonly peerRecords: Map<PeerId, PeerRecord>
  /** When to ask for a connection again, and how often that was in vain. */
  readonly reconnects: Map<PeerId, { readonly at: number; readonly failures: number }>
  readonly connectRequests: Map<PeerId, { readonly requestId: RequestId; readonly deadline: number }[]>

  /** Every channel that is being opened, lives or is being closed; by `ChannelEntry.handle`. */
  readonly channels: Map<string, ChannelEntry>
  /** Channels by the id on the wire together with the peer: `wireKey`. */
  readonly byWireId: Map<string, string>
  /** Funded channels by channel id. */
  readonly byChannelId: Map<ChannelKey, string>
  /** Channels by short channel id: the real one, and aliases that peers may name. */
  readonly byShortId: Map<bigint, string>
  nextOpening: number

  readonly incoming: Map<string, IncomingHtlc>
  /** By `htlcKey` of the HTLC that we offered. */
  readonly outgoing: Map<string, OutgoingOrigin>
  /** Held parts by payment hash: keys of `incoming`. */
  readonly held: Map<PaymentHashHex, readonly string[]>

  readonly payments: Map<PaymentHashHex, Payment>
  /** Of pending payments: what their failures taught. Lost in a restart, which only costs an attempt. */
  readonly paymentHints: Map<PaymentHashHex, PaymentHints>
  readonly invoices: Map<PaymentHashHex, StoredInvoice>

  readonly graph: NetworkGraph
  readonly liquidity: LiquidityMemory
  readonly gossip: PendingGossip
  nodeAnnouncedAt: number
  maintainedAt: number
}

/** What one payment must avoid from now on. */
export interface PaymentHints {
  readonly excludedEdges: Set<string>
  readonly excludedNodes: Set<PeerId>
  /** What failures told of edges' terms: not for the graph, and not for others (BOLT 4). */
  readonly newerUpdates: Map<string, ChannelUpdate>
}

export const newPaymentHints = (): PaymentHints => ({
  excludedEdges: new Set(),
  excludedNodes: new Set(),
  newerUpdates: new Map(),
})

export const wireKey = (peer: PeerId, id: ChannelKey): string => `${peer}:${id}`
