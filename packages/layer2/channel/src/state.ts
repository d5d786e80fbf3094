import type { Msats, OutPoint, Sats, Transaction } from '@ply/primitives'
import type { ChannelId, NodeId, ShortChannelId } from '@ply/wire'
import type { Commitments } from './commitment/commitments.ts'
import type { ChannelParameters, CommitmentFormat } from './parameters.ts'

/** Where the funding transaction stands in the chain. */
export interface FundingLocation {
  readonly height: number
  readonly txIndex: number
}

/** Everything about a channel that has a funding outpoint and that is not particular to one state. */
export interface Channel {
  readonly channelId: ChannelId
  readonly remoteNodeId: NodeId
  /** 32 bytes: names our keys to the signer. */
  readonly keysId: Uint8Array
  readonly isOpener: boolean
  readonly announceChannel: boolean
  readonly format: CommitmentFormat
  readonly local: ChannelParameters
  readonly remote: ChannelParameters
  readonly fundingOutpoint: OutPoint
  readonly fundingSatoshis: Sats
  /** Only the opener has it. */
  readonly fundingTransaction?: Transaction
  readonly minimumDepth: number
  /** Height at which the channel was made: where to look for the funding transaction from. */
  readonly createdAt: number
  /** Where a mutual close pays us. */
  readonly closeScript: Uint8Array
  readonly fundingLocation?: FundingLocation
  /** We have sent channel_ready. */
  readonly localReady: boolean
  /** The peer has sent channel_ready. */
  readonly remoteReady: boolean
  /** The peer's alias from its channel_ready. */
  readonly remoteAlias?: ShortChannelId
  readonly commitments: Commitments
}

/** Accepter before open_channel. Nothing is stored before funding_signed. */
export interface WaitForOpenChannel {
  readonly kind: 'wait-for-open-channel'
  readonly remoteNodeId: NodeId
  readonly keysId: Uint8Array
}

/** What both sides know once the parameters are being exchanged. */
export interface OpeningTerms {
  readonly temporaryChannelId: ChannelId
  readonly remoteNodeId: NodeId
  readonly keysId: Uint8Array
  readonly isOpener: boolean
  readonly announceChannel: boolean
  readonly format: CommitmentFormat
  readonly fundingSatoshis: Sats
  readonly pushMsat: Msats
  readonly feeratePerKw: number
  readonly local: ChannelParameters
  readonly closeScript: Uint8Array
}

/** Both sides' terms, and where the peer's commitments start. */
export interface AgreedTerms extends OpeningTerms {
  readonly remote: ChannelParameters
  readonly remoteFirstPoint: Uint8Array
  readonly minimumDepth: number
}

/** Opener: open_channel was sent. */
export interface WaitForAcceptChannel {
  readonly kind: 'wait-for-accept-channel'
  readonly terms: OpeningTerms
}

/** Opener: the wallet was asked for a funding transaction. */
export interface WaitForFundingTransaction {
  readonly kind: 'wait-for-funding-transaction'
  readonly terms: AgreedTerms
}

/** Accepter: accept_channel was sent. */
export interface WaitForFundingCreated {
  readonly kind: 'wait-for-funding-created'
  readonly terms: AgreedTerms
}

/** Opener: funding_created was sent; the funding transaction must not be published yet. */
export interface WaitForFundingSigned {
  readonly kind: 'wait-for-funding-signed'
  readonly terms: AgreedTerms
  readonly channelId: ChannelId
  readonly fundingOutpoint: OutPoint
  readonly fundingTransaction: Transaction
}

export interface WaitForFundingConfirmed {
  readonly kind: 'wait-for-funding-confirmed'
  readonly channel: Channel
}

/** Confirmed and channel_ready sent; the peer's is missing. */
export interface WaitForChannelReady {
  readonly kind: 'wait-for-channel-ready'
  readonly channel: Channel
}

export interface Normal {
  readonly kind: 'normal'
  readonly channel: Channel
  /** Our shutdown was asked for but must wait until our pending updates are signed. */
  readonly shutdownRequested: boolean
  /** scriptpubkey of the shutdown that we sent or received; after both the state is `shutdown`. */
  readonly localShutdown?: Uint8Array
  readonly remoteShutdown?: Uint8Array
}

/** Both shutdowns exchanged; HTLCs drain. */
export interface Shutdown {
  readonly kind: 'shutdown'
  readonly channel: Channel
  readonly localShutdown: Uint8Array
  readonly remoteShutdown: Uint8Array
}

/** A closing transaction that we signed, with the fee that it pays. */
export interface ClosingProposal {
  readonly feeSatoshis: Sats
  readonly minFeeSatoshis: Sats
  readonly maxFeeSatoshis: Sats
}

/** closing_signed goes to and fro. */
export interface Negotiating {
  readonly kind: 'negotiating'
  readonly channel: Channel
  readonly localShutdown: Uint8Array
  readonly remoteShutdown: Uint8Array
  /** What we offered since the last (re)connection, newest last. */
  readonly proposals: readonly ClosingProposal[]
  readonly lastRemoteFee?: Sats
  /** Fully signed closing transactions that either side may publish. */
  readonly signed: readonly Transaction[]
}

export type ClosingCause =
  | { readonly type: 'mutual' }
  | { readonly type: 'local-force'; readonly reason: string }
  /** The peer (or a bug) put a commitment on chain. */
  | { readonly type: 'remote' }
  /** The peer proved that we have lost state: we must not publish our commitment. */
  | { readonly type: 'data-loss' }

/** A transaction that concerns the channel and its place in the chain. */
export interface ConfirmedTransaction {
  readonly transaction: Transaction
  readonly height: number
}

/** The three facts of an HTLC from which its script can be built again, kept for punishing revoked commitments. */
export interface HtlcRecord {
  readonly direction: 'offered' | 'received'
  readonly id: bigint
  readonly paymentHash: Uint8Array
  readonly cltvExpiry: number
}

/** The channel's ending is decided; what is on chain resolves it (BOLT 5). */
export interface Closing {
  readonly kind: 'closing'
  readonly channel: Channel
  readonly cause: ClosingCause
  /** Fully signed mutual closes. */
  readonly mutualCloses: readonly Transaction[]
  /** Confirmed spends of the funding output and of what follows from it, oldest first. */
  readonly confirmed: readonly ConfirmedTransaction[]
  /** Preimages of received HTLCs that we may claim on chain. */
  readonly preimages: readonly Uint8Array[]
  /** Offered HTLCs whose outcome was already reported with a settle effect. */
  readonly settledHtlcs: readonly bigint[]
  /** All HTLCs that ever were, loaded when a revoked commitment confirmed. */
  readonly htlcHistory?: readonly HtlcRecord[]
}

/** Nothing is left to do; the record may be dropped or kept for history. */
export interface Closed {
  readonly kind: 'closed'
  readonly channelId: ChannelId
  readonly remoteNodeId: NodeId
  readonly reason: string
}

/** States that outlive a connection; only these are stored. */
export type RestingState =
  WaitForFundingConfirmed | WaitForChannelReady | Normal | Shutdown | Negotiating | Closing | Closed

/** A state whose messages need a connection on which channel_reestablish was exchanged. */
export type LiveState = WaitForFundingConfirmed | WaitForChannelReady | Normal | Shutdown | Negotiating

/** No connection. */
export interface Offline {
  readonly kind: 'offline'
  readonly inner: LiveState
}

/** Connected; channel_reestablish was sent and the peer's is awaited. */
export interface Syncing {
  readonly kind: 'syncing'
  readonly inner: LiveState
}

export type OpeningState =
  WaitForOpenChannel | WaitForAcceptChannel | WaitForFundingTransaction | WaitForFundingCreated | WaitForFundingSigned

export type ChannelState = OpeningState | RestingState | Offline | Syncing

/** What of a state is stored: its resting part; undefined before funding_signed. */
export function restingState(state: ChannelState): RestingState | undefined {
  switch (state.kind) {
    case 'wait-for-open-channel':
    case 'wait-for-accept-channel':
    case 'wait-for-funding-transaction':
    case 'wait-for-funding-created':
    case 'wait-for-funding-signed':
      return undefined
    case 'offline':
    case 'syncing':
      return state.inner
    case 'wait-for-funding-confirmed':
    case 'wait-for-channel-ready':
    case 'normal':
    case 'shutdown':
    case 'negotiating':
    case 'closing':
    case 'closed':
      return state
  }
}

/** The channel behind a state, once it has a funding outpoint. */
export function channelOf(state: ChannelState): Channel | undefined {
  const resting = restingState(state)
  return resting && resting.kind !== 'closed' ? resting.channel : undefined
}

/** What a stored state becomes after a restart: there is no connection yet. */
export function restoredState(state: RestingState): ChannelState {
  return state.kind === 'closing' || state.kind === 'closed' ? state : { kind: 'offline', inner: state }
}

/** The channel open for payments. */
export const normalState = (channel: Channel): Normal => ({ kind: 'normal', channel, shutdownRequested: false })
