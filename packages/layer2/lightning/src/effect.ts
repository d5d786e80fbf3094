import type { Result } from '@ply/bytes'
import type { StoreOp } from '@ply/ports'
import type { PublishEffect } from '@ply/channel'
import type { OutPoint, Txid } from '@ply/primitives'
import type { CommandError, CommandResult } from './command.ts'
import type { Notification } from './notification.ts'
import type { ChannelKey, NetworkAddress, PeerId, RequestId } from './state.ts'

/**
 * What the shell has to do after an event, in order. It first commits the operations of all `persist` effects of one
 * `handle` call in a single atomic, synced batch, and only then runs the others. All but `persist` may be lost in a
 * crash: after a restart the machine derives again, from what was stored, everything that still matters.
 */
export type NodeEffect =
  | { readonly type: 'persist'; readonly ops: readonly StoreOp[] }
  /** A whole message (type and payload), to be encrypted and sent in order. Lost if the peer is gone. */
  | { readonly type: 'send'; readonly peer: PeerId; readonly bytes: Uint8Array }
  /** Try the addresses once, in order. The machine asks again, with growing pauses, while it wants the peer. */
  | { readonly type: 'connect'; readonly peer: PeerId; readonly addresses: readonly NetworkAddress[] }
  /** Send what is queued, then close. */
  | { readonly type: 'disconnect'; readonly peer: PeerId; readonly reason: string }
  /**
   * Give a channel's transaction to the mempool and again with every block until it or a conflict is confirmed: see
   * `PublishEffect` of @ply/channel for fee bumps. A bump by anchor is signed with `LightningNode.signer`.
   */
  | (PublishEffect & { readonly channel: ChannelKey })
  /** Blocks must show transactions that have one of these ids or spend one of these outputs. Idempotent, adds up. */
  | { readonly type: 'watch'; readonly txids: readonly Txid[]; readonly outpoints: readonly OutPoint[] }
  /** Read all entries whose keys start with `prefix`; answer with `loaded`. */
  | { readonly type: 'load'; readonly prefix: Uint8Array }
  /** Look up one output of the best chain; answer with `funding-checked`. */
  | { readonly type: 'check-funding'; readonly shortChannelId: bigint; readonly scriptPubKey: Uint8Array }
  /** Build and sign, but do not broadcast; answer with `funding-created` or `funding-failed`. */
  | {
      readonly type: 'request-funding'
      readonly fundingId: string
      readonly scriptPubKey: Uint8Array
      readonly valueSat: bigint
      readonly feerate: number
    }
  /** The transaction of this `fundingId` will not be broadcast: free its coins. */
  | { readonly type: 'release-funding'; readonly fundingId: string }
  | { readonly type: 'reply'; readonly requestId: RequestId; readonly result: Result<CommandResult, CommandError> }
  /** For people and logs; never needed for safety. */
  | { readonly type: 'notify'; readonly notification: Notification }
