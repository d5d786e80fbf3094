import type { BlockHash, OutPoint, Sats, Transaction } from '@ply/primitives'
import type { Command } from './command.ts'
import type { NetworkAddress, PeerId, RequestId } from './state.ts'

/** A transaction of a block, with its place in it: short channel ids are made of it. */
export interface BlockTransaction {
  readonly transaction: Transaction
  readonly txIndex: number
}

/** Everything that can happen to a node. The shell delivers one event at a time. */
export type NodeEvent =
  /** First event after creating or restoring the machine: it answers with watches, publications and connections. */
  | { readonly type: 'start' }
  /** Time passed; every second or so. Expires invoices, payments and silent peers. */
  | { readonly type: 'tick' }

  /** The BOLT 8 handshake with `peer` is done. A second connection to one peer replaces the first. */
  | {
      readonly type: 'peer-connected'
      readonly peer: PeerId
      readonly address?: NetworkAddress
      readonly outbound: boolean
    }
  /** The connection is gone, or none of the addresses of a `connect` effect could be reached. */
  | { readonly type: 'peer-disconnected'; readonly peer: PeerId }
  /** One decrypted message: two bytes type, then the payload. */
  | { readonly type: 'peer-message'; readonly peer: PeerId; readonly bytes: Uint8Array }

  /**
   * A block joined the best chain, directly on the last one the machine knows (see `LightningNode.tip`).
   * `transactions` may be all of the block, or those that are watched, in block order.
   */
  | {
      readonly type: 'block-connected'
      readonly height: number
      readonly hash: BlockHash
      readonly transactions: readonly BlockTransaction[]
    }
  /** The last block left the best chain; its predecessor is the tip now. */
  | {
      readonly type: 'block-disconnected'
      readonly height: number
      readonly hash: BlockHash
      readonly previousHash: BlockHash
    }

  /** Answer to `check-funding`: what stands at that place of the best chain, if it is unspent. */
  | {
      readonly type: 'funding-checked'
      readonly shortChannelId: bigint
      readonly output:
        { readonly outpoint: OutPoint; readonly value: Sats; readonly scriptPubKey: Uint8Array } | undefined
    }
  /** Answer to `request-funding`: a fully signed transaction with the asked output, kept back by the wallet. */
  | {
      readonly type: 'funding-created'
      readonly fundingId: string
      readonly transaction: Transaction
      readonly outputIndex: number
    }
  | { readonly type: 'funding-failed'; readonly fundingId: string; readonly reason: string }
  /** Answer to `load`: every entry whose key starts with `prefix`. */
  | {
      readonly type: 'loaded'
      readonly prefix: Uint8Array
      readonly entries: readonly (readonly [key: Uint8Array, value: Uint8Array])[]
    }
  /** What a user asked for; answered by a `reply` effect with the same id, in this or a later turn. */
  | { readonly type: 'command'; readonly requestId: RequestId; readonly command: Command }
