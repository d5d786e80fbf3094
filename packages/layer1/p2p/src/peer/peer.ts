import type { BlockHash, Transaction } from '@ply/primitives'
import type { ConnectionKind, PeerId } from '../event.ts'
import type { InventoryItem } from '../message/inventory.ts'
import { NODE_NETWORK, NODE_NETWORK_LIMITED, NODE_WITNESS } from '../protocol.ts'
import type { HeadersPresync } from '../sync/headersPresync.ts'
import type { V1Parser } from '../transport/v1.ts'
import type { HeaderEntry } from '../views.ts'
import { BoundedSet } from './boundedSet.ts'

/** Hashes that a peer is known to have, so that they are not announced back. */
const KNOWN_TRANSACTIONS = 5000

/** A message that waits until those before it are done. */
export interface Inboxed {
  readonly command: string
  readonly payload: Uint8Array
}

/** What the chain or the pool is looking at for this peer; its further messages wait so long. */
export type Processing =
  | { readonly type: 'headers'; readonly last: BlockHash; readonly full: boolean }
  | { readonly type: 'block'; readonly hash: BlockHash }
  | { readonly type: 'tx'; readonly tx: Transaction; readonly orphan: boolean }

export interface BlockRequest {
  readonly entry: HeaderEntry
}

/** Everything remembered about one connection. Only this package writes to it. Times are milliseconds. */
export class Peer {
  readonly id: PeerId
  readonly kind: ConnectionKind
  readonly noBan: boolean
  readonly address: string
  readonly connectedAt: number
  readonly parser: V1Parser
  /** What our `version` carries, to notice a connection to ourselves. */
  readonly nonce: bigint

  // transport
  inbox: Inboxed[] = []
  inboxBytes = 0
  reading = true
  writable = true
  lastReceivedAt: number
  lastSentAt: number
  readonly bytesReceived = new Map<string, number>()
  readonly bytesSent = new Map<string, number>()
  processing: Processing | undefined

  // handshake
  versionSent = false
  /** The lower of both protocol versions; 0 before `version` came. */
  version = 0
  services = 0n
  userAgent = ''
  startHeight = -1
  relaysTransactions = false
  timeOffset = 0
  ready = false
  wtxidRelay = false
  wantsAddrv2 = false

  // liveness
  pingNonce: bigint | undefined
  pingSentAt = 0
  /** Last and least round trip. */
  pingTime: number | undefined
  minPingTime: number | undefined

  // headers
  syncStarted = false
  /** The peer has sent all headers that it has. */
  headersDone = false
  headersTimeout = Infinity
  lastGetHeadersAt = -Infinity
  prefersHeaders = false
  sentSendHeaders = false
  /** A chain of this peer that has yet to show its work. */
  presync: HeadersPresync | undefined
  bestKnown: HeaderEntry | undefined
  /** Announced by hash, its header not known yet. */
  lastUnknown: BlockHash | undefined
  bestHeaderSent: HeaderEntry | undefined

  // blocks
  lastCommon: HeaderEntry | undefined
  /** Oldest request first; keys are hashes in hex. */
  readonly blocksInFlight = new Map<string, BlockRequest>()
  downloadingSince = 0
  stallingSince: number | undefined
  blocksToAnnounce: BlockHash[] = []

  // serving
  getdata: InventoryItem[] = []
  getdataNext = 0
  notFound: InventoryItem[] = []
  loading: { readonly hash: BlockHash; readonly witness: boolean } | undefined
  /** End of the last `getblocks` answer: when it is fetched, the tip is announced. */
  continuation: BlockHash | undefined

  // transactions
  readonly known = new BoundedSet(KNOWN_TRANSACTIONS)
  /** Wtxids (hex) to announce at the next trickle. */
  readonly toAnnounce = new Set<string>()
  nextTrickleAt = 0
  feeFilter = 0n
  feeFilterSent: bigint | undefined
  nextFeeFilterAt = 0
  /** Orphans of this peer whose parents have come. */
  orphanWork: string[] = []
  txRequestsDue = false

  // addresses
  getaddrAnswered = false
  addressAllowance = 1
  addressAllowanceAt: number

  constructor(fields: Pick<Peer, 'id' | 'kind' | 'noBan' | 'address' | 'connectedAt' | 'parser' | 'nonce'>) {
    this.id = fields.id
    this.kind = fields.kind
    this.noBan = fields.noBan
    this.address = fields.address
    this.connectedAt = fields.connectedAt
    this.parser = fields.parser
    this.nonce = fields.nonce
    this.lastReceivedAt = fields.connectedAt
    this.lastSentAt = fields.connectedAt
    this.addressAllowanceAt = fields.connectedAt
  }

  get inbound(): boolean {
    return this.kind === 'inbound'
  }
  /** True if the peer serves blocks, all or the last ones. */
  get servesBlocks(): boolean {
    return (this.services & (NODE_NETWORK | NODE_NETWORK_LIMITED)) !== 0n
  }
  get servesOnlyRecentBlocks(): boolean {
    return (this.services & NODE_NETWORK) === 0n && (this.services & NODE_NETWORK_LIMITED) !== 0n
  }
  get servesWitnesses(): boolean {
    return (this.services & NODE_WITNESS) !== 0n
  }
  /** Peers that we chose are asked first. */
  get preferred(): boolean {
    return (!this.inbound || this.noBan) && this.servesBlocks
  }
  /** True if both sides want transactions announced on this connection. */
  get announcesTransactions(): boolean {
    return this.ready && this.relaysTransactions && this.kind !== 'block-relay-only'
  }
}

/** A connection as the operator sees it. Times are milliseconds since the Unix epoch, durations milliseconds. */
export interface PeerInfo {
  readonly id: PeerId
  readonly kind: ConnectionKind
  readonly address: string
  readonly connectedAt: number
  readonly ready: boolean
  readonly version: number
  readonly services: bigint
  readonly userAgent: string
  readonly startHeight: number
  readonly timeOffset: number
  readonly relaysTransactions: boolean
  readonly pingTime: number | undefined
  readonly minPingTime: number | undefined
  readonly lastReceivedAt: number
  readonly lastSentAt: number
  /** Bytes with headers, per command; unknown commands count as `*other*`. */
  readonly bytesReceived: Readonly<Record<string, number>>
  readonly bytesSent: Readonly<Record<string, number>>
  /** Height of the best header the peer is known to have; -1 if none. */
  readonly syncedHeaders: number
  /** Height of the last block in common; -1 if none. */
  readonly syncedBlocks: number
  readonly blocksInFlight: readonly number[]
  readonly feeFilter: bigint
}

export function computePeerInfo(peer: Peer): PeerInfo {
  return {
    id: peer.id,
    kind: peer.kind,
    address: peer.address,
    connectedAt: peer.connectedAt,
    ready: peer.ready,
    version: peer.version,
    services: peer.services,
    userAgent: peer.userAgent,
    startHeight: peer.startHeight,
    timeOffset: peer.timeOffset,
    relaysTransactions: peer.relaysTransactions,
    pingTime: peer.pingTime,
    minPingTime: peer.minPingTime,
    lastReceivedAt: peer.lastReceivedAt,
    lastSentAt: peer.lastSentAt,
    bytesReceived: Object.fromEntries(peer.bytesReceived),
    bytesSent: Object.fromEntries(peer.bytesSent),
    syncedHeaders: peer.bestKnown?.height ?? -1,
    syncedBlocks: peer.lastCommon?.height ?? -1,
    blocksInFlight: [...peer.blocksInFlight.values()].map((request) => request.entry.height),
    feeFilter: peer.feeFilter,
  }
}
