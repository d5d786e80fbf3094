import type { OutPoint, Sats, Transaction, Txid, TxOutput } from '@ply/primitives'
import type { ChannelId, Message } from '@ply/wire'
import type { Htlc } from './commitment/commitments.ts'
import type { ClosingCause, HtlcRecord, RestingState } from './state.ts'
import type { ChannelViolation } from './violation.ts'

/** An anchor output of ours that the wallet may spend to raise its parent's feerate (CPFP). */
export interface AnchorSpend {
  readonly outpoint: OutPoint
  readonly output: TxOutput
  readonly keysId: Uint8Array
  /** Our funding key, that the anchor's script names. */
  readonly fundingPubkey: Uint8Array
}

/** How a published transaction gets (more) fee. */
export type FeeBump =
  /** It pays its own way; where it is a sweep, later blocks bring it again at the then current feerate. */
  | { readonly type: 'none' }
  /** The parent pays at least `feeratePerKw`; the wallet attaches a child through the anchor. See `createAnchorWitness`. */
  | { readonly type: 'anchor'; readonly anchor: AnchorSpend; readonly parentFeeSatoshis: Sats }
  /**
   * Input 0 and output 0 are fixed and fully signed (SINGLE|ANYONECANPAY) and pay no fee: the wallet appends inputs and
   * outputs behind them, and signs only its own inputs. Version and lock time stay.
   */
  | { readonly type: 'attach' }

export type PublishKind =
  'funding' | 'commitment' | 'mutual-close' | 'htlc-timeout' | 'htlc-success' | 'claim' | 'penalty'

export interface PublishEffect {
  readonly type: 'publish'
  readonly kind: PublishKind
  readonly transaction: Transaction
  /** Outputs that the inputs spend, in order; empty for `funding`. */
  readonly prevouts: readonly TxOutput[]
  readonly bump: FeeBump
  /** Target in satoshi per 1000 weight, for bumping. */
  readonly feeratePerKw: number
  /** Height by which it should be confirmed, where something is lost otherwise. */
  readonly deadline?: number
}

/** Why an HTLC that we offered failed. */
export type HtlcFailure =
  /** The peer's encrypted failure packet (update_fail_htlc). */
  | { readonly type: 'reason'; readonly reason: Uint8Array }
  | { readonly type: 'malformed'; readonly sha256OfOnion: Uint8Array; readonly failureCode: number }
  /** It never became part of a commitment: the connection was lost before. The next `added` may reuse its id. */
  | { readonly type: 'dropped' }
  /** The channel ended on chain without it, or it timed out there; deep enough to fail upstream. */
  | { readonly type: 'on-chain' }

export type Settlement =
  /** An HTLC of the peer is irrevocably committed: forward, fulfil or fail it. May come again after a restart. */
  | { readonly kind: 'received'; readonly htlc: Htlc; readonly overDustExposure: boolean }
  /** Answers to `add-htlc`. */
  | { readonly kind: 'added'; readonly ref: string; readonly id: bigint }
  | { readonly kind: 'refused'; readonly ref: string; readonly violation: ChannelViolation }
  /** An HTLC that we offered has ended. One or the other comes for each id; `fulfilled` may come more than once. */
  | {
      readonly kind: 'fulfilled'
      readonly id: bigint
      readonly paymentHash: Uint8Array
      readonly paymentPreimage: Uint8Array
    }
  | { readonly kind: 'failed'; readonly id: bigint; readonly paymentHash: Uint8Array; readonly failure: HtlcFailure }

export type Notification =
  /** The wallet shall build a transaction that pays exactly this output, and answer funding-ready or funding-failed. */
  | { readonly kind: 'funding-required'; readonly output: TxOutput; readonly feeratePerKw: number }
  /** The channel has its final id from here on. */
  | { readonly kind: 'channel-id'; readonly temporaryChannelId: ChannelId; readonly channelId: ChannelId }
  | { readonly kind: 'funding-confirmed'; readonly height: number; readonly txIndex: number }
  /** channel_ready went both ways: payments may flow. Comes again after each reestablish. */
  | { readonly kind: 'ready' }
  /** Six confirmations deep and public: announcement_signatures may be exchanged (BOLT 7). Comes on each connection. */
  | { readonly kind: 'announceable'; readonly height: number; readonly txIndex: number }
  /** Payments no longer flow: shutdown was exchanged or the connection is lost. */
  | { readonly kind: 'paused' }
  | { readonly kind: 'closing'; readonly cause: ClosingCause }
  /** Which transaction ended the channel on chain. */
  | {
      readonly kind: 'ended'
      readonly by: 'mutual-close' | 'local-commitment' | 'remote-commitment' | 'revoked-commitment' | 'unknown'
      readonly txid: Txid
    }
  | { readonly kind: 'closed'; readonly reason: string }
  /** The peer broke a rule; what it cost stands beside it. */
  | { readonly kind: 'violation'; readonly violation: ChannelViolation }
  /** The peer sent an error or a warning. */
  | { readonly kind: 'peer-error' | 'peer-warning'; readonly text: string }
  /** A command could not be followed in this state. */
  | { readonly kind: 'refused'; readonly command: string; readonly reason: string }
  /** Close the connection to this peer. */
  | { readonly kind: 'disconnect' }

/**
 * What the shell has to do. One atomic batch stores every `persist` and `settle` outcome first; then the outward
 * effects run in order. `settle` and `notify` are for the machine above (payments, wallet, user).
 */
export type Effect =
  /** Store the state under its channel id; add `htlcs` to the channel's append-only history. */
  | { readonly type: 'persist'; readonly state: RestingState; readonly htlcs: readonly HtlcRecord[] }
  /** The channel never came to be: drop it. */
  | { readonly type: 'forget' }
  | { readonly type: 'send'; readonly message: Message }
  | PublishEffect
  /** Report these in `block-connected` from now on. Adds to what is watched. */
  | { readonly type: 'watch'; readonly txids: readonly Txid[]; readonly outpoints: readonly OutPoint[] }
  /** Read the channel's whole HTLC history and answer with an `htlc-history` event. */
  | { readonly type: 'load-htlc-history' }
  | { readonly type: 'settle'; readonly settlement: Settlement }
  | { readonly type: 'notify'; readonly notification: Notification }

/** The outcome of a transition. */
export interface Step<S> {
  readonly state: S
  readonly effects: readonly Effect[]
}
