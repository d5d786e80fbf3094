import type { Block, BlockHash, BlockHeader, Transaction } from '@ply/primitives'
import type { Result } from '@ply/bytes'
import type { BlockViolation, TxViolation } from '@ply/consensus'
import type { FilterData } from './relay/blockFilters.ts'
import type { TransportOutput } from './transport/transport.ts'

/** Chosen by the shell, never used twice. */
export type PeerId = number

/**
 * How a connection came about: `manual` is one that the operator asked for; a `feeler` only tests an address, and an
 * `addr-fetch` lasts until the peer told some. A `private-broadcast` carries one transaction of our own, and nothing else.
 */
export type ConnectionKind =
  'inbound' | 'outbound' | 'block-relay-only' | 'manual' | 'feeler' | 'addr-fetch' | 'private-broadcast'

/**
 * What the operator allows a peer beyond others (Bitcoin Core's `-whitelist`): `noban` never to be punished, and told of
 * transactions without delay; `relay` to send transactions even where we ask for none; `forcerelay` to have also those
 * relayed that we know already; `mempool` to ask for the pool's contents; `download` to be served beyond limits; `addr`
 * to send and to ask for addresses without limit; `bloomfilter` to use filters (BIP 37).
 */
export type Permission = 'noban' | 'relay' | 'forcerelay' | 'mempool' | 'download' | 'addr' | 'bloomfilter'

/** Bitcoin Core's names of what a log line is about; a line without one is told to every operator. */
export type LogCategory =
  | 'net'
  | 'privatebroadcast'
  | 'txreconciliation'
  | 'cmpctblock'
  | 'mempool'
  | 'mempoolrej'
  | 'txpackages'
  | 'validation'

/** A verdict on headers or on a block, with the broken rule. */
export type ChainVerdict = Result<unknown, BlockViolation>

/** The pool's verdict on a transaction, with those that had to go for it. */
export type TxVerdict = Result<{ readonly replaced: readonly Transaction[] }, TxViolation>

/** The pool's verdict on a package, and on its transactions as far as it looked at them. */
export interface PackageVerdict {
  readonly accepted: boolean
  readonly results: readonly (TxVerdict | undefined)[]
}

/** Everything that can happen to the peer machine. */
export type PeerEvent =
  | {
      readonly type: 'peer-connected'
      readonly peer: PeerId
      readonly kind: ConnectionKind
      readonly permissions?: ReadonlySet<Permission>
      /** `v2`: offer the encrypted transport, or take it where the peer does (BIP 324). `v1` by default. */
      readonly transport?: 'v1' | 'v2'
      /** `host:port`. */
      readonly address?: string
      /** Our end of it, `host:port`. */
      readonly localAddress?: string
      /** It came through our onion service: the address says nothing of where it is from. */
      readonly onion?: boolean
    }
  | { readonly type: 'peer-disconnected'; readonly peer: PeerId }
  /** Bytes as they came off the connection, cut anywhere. */
  | { readonly type: 'bytes-received'; readonly peer: PeerId; readonly bytes: Uint8Array }
  /** The connection's send buffer is full (false) or has drained (true). */
  | { readonly type: 'writable'; readonly peer: PeerId; readonly writable: boolean }
  /** Ping all peers, whether or not their last pong came. */
  | { readonly type: 'ping' }
  /** Ask this peer for a block whose header is known, whoever else was asked. */
  | { readonly type: 'fetch-block'; readonly peer: PeerId; readonly hash: BlockHash }
  /** Send a message that may make no sense: for tests of others. */
  | { readonly type: 'send-raw'; readonly peer: PeerId; readonly command: string; readonly payload: Uint8Array }
  /** Answer to the effect of the same name, after everything else that is there to be handled. */
  | { readonly type: 'next-turn'; readonly peer: PeerId }
  /** Time passed. Once a second is enough. */
  | { readonly type: 'tick' }
  | { readonly type: 'headers-processed'; readonly peer: PeerId; readonly verdict: ChainVerdict }
  | {
      readonly type: 'block-processed'
      readonly peer: PeerId
      readonly hash: BlockHash
      readonly verdict: ChainVerdict
    }
  | { readonly type: 'tx-processed'; readonly peer: PeerId; readonly verdict: TxVerdict }
  | { readonly type: 'package-processed'; readonly peer: PeerId; readonly verdict: PackageVerdict }
  /** Answer to `load-block`: the block's serialisation with witnesses, or undefined if it cannot be read. */
  | {
      readonly type: 'block-loaded'
      readonly peer: PeerId
      readonly hash: BlockHash
      readonly bytes: Uint8Array | undefined
    }
  /** Answer to `load-filters`: one for each block, or undefined if any is missing. */
  | { readonly type: 'filters-loaded'; readonly peer: PeerId; readonly data: FilterData | undefined }
  /** The active chain has another tip, through whatever source. */
  | { readonly type: 'tip-changed' }
  /** A block on our tip passed every check that needs no coins; it is about to be connected, if it is valid. */
  | { readonly type: 'block-accepted'; readonly block: Block }
  /** A block joined the active chain: its transactions need not be fetched any more. */
  | { readonly type: 'block-connected'; readonly block: Block }
  /** A transaction entered the pool from our own side (RPC, wallet, reorg) and is to be announced. */
  | { readonly type: 'tx-accepted'; readonly tx: Transaction }

/** What the peer machine asks of its shell, in order. */
export type PeerEffect =
  /** Send `bytes`, which carry a message; what the transport has to say for itself has an empty `command`. */
  | ({ readonly type: 'send'; readonly peer: PeerId } & TransportOutput)
  /** A connection is forgotten: how many bytes went over it. */
  | { readonly type: 'peer-gone'; readonly peer: PeerId; readonly totalReceived: number; readonly totalSent: number }
  /** The peer hung up on the encrypted transport: connect to it again with `transport: 'v1'`. */
  | {
      readonly type: 'retry-with-v1'
      readonly peer: PeerId
      readonly address: string
      readonly kind: ConnectionKind
    }
  /** Close the connection; `peer-disconnected` need not follow. `discourage`: do not accept the host again soon. */
  | { readonly type: 'disconnect'; readonly peer: PeerId; readonly reason: string; readonly discourage: boolean }
  /** Stop or start reading from the connection: our inbox for it is full or has drained. */
  | { readonly type: 'set-reading'; readonly peer: PeerId; readonly reading: boolean }
  /** More messages of the peer wait than may be looked at in one go: others come first. */
  | { readonly type: 'next-turn'; readonly peer: PeerId }
  /** Check and store these headers, which follow each other; answer with `headers-processed`. */
  | { readonly type: 'process-headers'; readonly peer: PeerId; readonly headers: readonly BlockHeader[] }
  /** Check, store and perhaps connect a block; answer with `block-processed`. */
  | { readonly type: 'process-block'; readonly peer: PeerId; readonly block: Block; readonly requested: boolean }
  /** Offer to the pool; answer with `tx-processed`. */
  | { readonly type: 'process-tx'; readonly peer: PeerId; readonly tx: Transaction }
  /** Offer a parent and its child to the pool, together; answer with `package-processed`. */
  | { readonly type: 'process-package'; readonly peer: PeerId; readonly transactions: readonly Transaction[] }
  /** A transaction was asked for and sent: it is on its way through the network. */
  | { readonly type: 'tx-sent'; readonly peer: PeerId; readonly tx: Transaction }
  /** Read a stored block; answer with `block-loaded`. */
  | { readonly type: 'load-block'; readonly peer: PeerId; readonly hash: BlockHash }
  /** Read filters, hashes of filters and filter headers of these blocks (BIP 157); answer with `filters-loaded`. */
  | {
      readonly type: 'load-filters'
      readonly peer: PeerId
      readonly filters: readonly BlockHash[]
      readonly hashes: readonly BlockHash[]
      readonly headers: readonly BlockHash[]
    }
  | { readonly type: 'peer-ready'; readonly peer: PeerId }
  /** A message is worked off; only where it was asked for. */
  | { readonly type: 'message-received'; readonly peer: PeerId; readonly command: string; readonly payload: Uint8Array }
  /** A line of the log, in Bitcoin Core's words where it has them. */
  | {
      readonly type: 'log'
      readonly level: 'debug' | 'info' | 'warn'
      readonly category: LogCategory | undefined
      readonly text: string
    }
