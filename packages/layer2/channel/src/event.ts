import type { Msats, Transaction } from '@ply/primitives'
import type { Message } from '@ply/wire'
import type { HtlcRecord } from './state.ts'

/** A transaction of a connected block, with its place in it. */
export interface BlockTransaction {
  readonly transaction: Transaction
  readonly txIndex: number
}

/** Everything that can happen to a channel. Commands of our own node, messages, connection and chain. */
export type ChannelEvent =
  /** A message of the peer for this channel (BOLT 2, and `error`/`warning` that name it or all channels). */
  | { readonly type: 'message'; readonly message: Message }
  /** The connection is up and init was exchanged. Also sent once for a new connection of restored channels. */
  | { readonly type: 'connected' }
  | { readonly type: 'disconnected' }
  /** After a restart, in the state of `restoredState`: gives every outward effect again that may have been lost. */
  | { readonly type: 'restored' }
  /** The wallet's answer to `funding-required`: inputs signed, SegWit only, not yet published. */
  | { readonly type: 'funding-ready'; readonly transaction: Transaction; readonly outputIndex: number }
  | { readonly type: 'funding-failed'; readonly reason: string }
  /** Offer an HTLC. Answered by settle `added` or `refused` with the same `ref`; goes out with the next `commit`. */
  | {
      readonly type: 'add-htlc'
      readonly ref: string
      readonly amountMsat: Msats
      readonly paymentHash: Uint8Array
      readonly cltvExpiry: number
      readonly onionRoutingPacket: Uint8Array
      readonly pathKey?: Uint8Array
    }
  /** Remove a received HTLC. Accepted in every state, offline and on chain too; unknown ids are ignored. */
  | { readonly type: 'fulfill-htlc'; readonly id: bigint; readonly paymentPreimage: Uint8Array }
  | { readonly type: 'fail-htlc'; readonly id: bigint; readonly reason: Uint8Array }
  | {
      readonly type: 'fail-malformed-htlc'
      readonly id: bigint
      readonly sha256OfOnion: Uint8Array
      readonly failureCode: number
    }
  /** Opener only. Ignored if we cannot afford it. */
  | { readonly type: 'update-fee'; readonly feeratePerKw: number }
  /** Sign all pending updates if there are any and no revocation is awaited (otherwise after it, by itself). */
  | { readonly type: 'commit' }
  /** Close by agreement. `scriptPubKey` overrides the wallet's script where no upfront script binds us. */
  | { readonly type: 'close'; readonly scriptPubKey?: Uint8Array }
  | { readonly type: 'force-close'; readonly reason: string }
  /**
   * A block was connected; `env.height` is its height. `transactions` holds at least those that have a watched txid or
   * spend a watched outpoint, in block order; the whole block is fine. Transactions that spend an output of another
   * one in the same list are found by themselves.
   */
  | { readonly type: 'block-connected'; readonly height: number; readonly transactions: readonly BlockTransaction[] }
  /** The block at `height` was disconnected: what confirmed there or above is unconfirmed again. */
  | { readonly type: 'block-disconnected'; readonly height: number }
  /** Answer to `load-htlc-history`. */
  | { readonly type: 'htlc-history'; readonly records: readonly HtlcRecord[] }
