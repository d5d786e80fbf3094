import type { Result } from '@ply/bytes'
import type { StoreOp } from '@ply/ports'
import type { OutPoint, Transaction } from '@ply/primitives'
import type { CommandError, CommandResult } from './command.ts'
import type { Notification } from './notification.ts'
import type { NetworkAddress, PeerId, RequestId } from './state.ts'

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
  /** Give to the mempool and rebroadcast until confirmed or conflicted. A refusal for low fees must not stop retries. */
  | { readonly type: 'publish'; readonly transactions: readonly Transaction[]; readonly purpose: string }
  /** The wallet should spend this anchor in a child that lifts the parent to `feerate` (sat/kw) and publish both. */
  | {
      readonly type: 'bump'
      readonly parent: Transaction
      readonly anchor: OutPoint
      /** Script of the anchor output and the key that signs for it. */
      readonly witnessScript: Uint8Array
      readonly secretKey: Uint8Array
      readonly feerate: number
    }
  /** Blocks must show transactions that create this script. Idempotent. */
  | { readonly type: 'watch-script'; readonly scriptPubKey: Uint8Array }
  /** Blocks must show the transaction that spends this output. Idempotent. */
  | { readonly type: 'watch-outpoint'; readonly outpoint: OutPoint }
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
