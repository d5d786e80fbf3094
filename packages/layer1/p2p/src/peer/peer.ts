import type { BlockHash, Transaction } from '@ply/primitives'
import type { ConnectionKind, PeerId, Permission } from '../event.ts'
import type { CompactBlock } from '../message/cmpctblock.ts'
import type { Service } from '../address/host.ts'
import { PeerAddresses } from '../address/peerAddresses.ts'
import { parseService } from '../address/text.ts'
import { NETWORK_TORV3 } from '../message/netAddress.ts'
import type { InventoryItem } from '../message/inventory.ts'
import { NODE_NETWORK, NODE_NETWORK_LIMITED, NODE_WITNESS } from '../protocol.ts'
import type { ChainSyncState } from '../sync/chainSyncTimeout.ts'
import type { HeadersPresync } from '../sync/headersPresync.ts'
import type { HeadersBatch } from '../sync/headersSync.ts'
import type { Transport, TransportProtocol } from '../transport/transport.ts'
import type { HeaderEntry } from '../views.ts'
import type { FilterRequest } from '../relay/blockFilters.ts'
import type { BloomFilter } from '../relay/bloom/bloomFilter.ts'
import type { Reconciliation } from '../relay/reconciliation/reconciliation.ts'
import type { BlockRequest } from '../sync/blocksInFlight.ts'
import { BoundedSet } from './boundedSet.ts'

/** Hashes that a peer is known to have, so that they are not announced back. */
const KNOWN_TRANSACTIONS = 5000

/** Connections over which nothing is asked for that is large. */
export const NO_SOURCE: ReadonlySet<ConnectionKind> = new Set(['addr-fetch', 'private-broadcast'])

/** A message that waits until those before it are done. */
export interface Inboxed {
  readonly command: string
  readonly payload: Uint8Array
}

/** What the chain or the pool is looking at for this peer; its further messages wait so long. */
export type Processing =
  | ({ readonly type: 'headers' } & HeadersBatch)
  | { readonly type: 'compact-header'; readonly message: CompactBlock }
  | { readonly type: 'tx'; readonly tx: Transaction; readonly orphan: boolean }
  | { readonly type: 'package'; readonly parent: Transaction; readonly child: Transaction }

/** A block that the chain is looking at. */
export interface ProcessedBlock {
  readonly hash: BlockHash
  /** It was announced before it was fully checked, or put together by us, and may be bad in good faith. */
  readonly compact: boolean
}

/** A block being read for the peer, and what it gets of it: all, or the transactions in these places. */
export interface Loading {
  readonly hash: BlockHash
  readonly as: 'block' | 'stripped' | 'filtered' | 'compact' | { readonly indexes: readonly number[] }
}

/** Everything remembered about one connection. Only this package writes to it. Times are milliseconds. */
export class Peer {
  readonly id: PeerId
  readonly kind: ConnectionKind
  readonly permissions: ReadonlySet<Permission>
  readonly address: string
  /** Undefined for an address that is no numbers. */
  readonly host: Service | undefined
  readonly localAddress: string
  /** It came through our onion service. */
  readonly onion: boolean
  readonly connectedAt: number
  readonly transport: Transport
  /** What our `version` carries, to notice a connection to ourselves. */
  readonly nonce: bigint

  // transport
  inbox: Inboxed[] = []
  inboxBytes = 0
  reading = true
  writable = true
  /** The shell was asked for another turn. */
  turnAsked = false
  /** 0 before the first byte. */
  lastReceivedAt = 0
  lastSentAt = 0
  /** When its timers were last looked at. */
  maintainedAt = 0
  totalReceived = 0
  totalSent = 0
  readonly bytesReceived = new Map<string, number>()
  readonly bytesSent = new Map<string, number>()
  processing: Processing | undefined
  /** Its blocks that the chain is looking at, in the order in which they came. */
  processedBlocks: readonly ProcessedBlock[] = []

  // handshake
  versionSent = false
  /** The lower of both protocol versions; 0 before `version` came. */
  version = 0
  services = 0n
  userAgent = ''
  startHeight = -1
  /** False on a connection that never carries transactions. */
  mayRelayTransactions = false
  /** It wants to hear of transactions; with BIP 37 it may say so later. */
  relaysTransactions = false
  timeOffset = 0
  ready = false
  wtxidRelay = false
  reconciliation: Reconciliation | undefined
  wantsAddrv2 = false

  // liveness
  pingNonce: bigint | undefined
  pingSentAt = 0
  /** Last and least round trip. */
  pingTime: number | undefined
  minPingTime: number | undefined

  // headers
  syncStarted = false
  headersTimeout = Infinity
  lastGetHeadersAt = -Infinity
  prefersHeaders = false
  sentSendHeaders = false
  /** Asked for headers because of a block that it announced, before its turn to be synced with. */
  announcedBeforeSync = false
  /** A chain of this peer that has yet to show its work. */
  presync: HeadersPresync | undefined
  bestKnown: HeaderEntry | undefined
  /** Announced by hash, its header not known yet. */
  lastUnknown: BlockHash | undefined
  bestHeaderSent: HeaderEntry | undefined
  /** Set while a peer that we chose is behind us. */
  chainSync: ChainSyncState | undefined
  protectedFromTimeout = false
  /** When it last told of a block beyond our tip. */
  lastAnnouncementAt = 0

  // blocks
  lastCommon: HeaderEntry | undefined
  /** Oldest request first; keys are hashes in hex. */
  readonly blocksInFlight = new Map<string, BlockRequest>()
  downloadingSince = 0
  lastBlockAt = 0
  stallingSince: number | undefined
  blocksToAnnounce: BlockHash[] = []
  /** BIP 152: the peer can send compact blocks. */
  providesCompact = false
  /** It wants new blocks in compact form, unasked: we are one of its high-bandwidth peers. */
  wantsCompact = false
  /** We asked the same of it. */
  announcesCompact = false

  // serving
  getdata: InventoryItem[] = []
  getdataNext = 0
  notFound: InventoryItem[] = []
  loading: Loading | undefined
  filterRequest: FilterRequest | undefined
  loadingFilters = false
  /** End of the last `getblocks` answer: when it is fetched, the tip is announced. */
  continuation: BlockHash | undefined

  // transactions
  readonly known = new BoundedSet(KNOWN_TRANSACTIONS)
  /** Wtxids (hex) to announce at the next trickle. */
  readonly toAnnounce = new Set<string>()
  nextTrickleAt = 0
  /** What came to the pool before this may be asked for. */
  lastTrickleSequence = 1
  /** BIP 35: at the next trickle the whole pool is announced. */
  wantsMempool = false
  feeFilter = 0n
  /** BIP 37: it wants only transactions that this matches. */
  bloomFilter: BloomFilter | undefined
  feeFilterSent: bigint | undefined
  nextFeeFilterAt = 0
  txRequestsDue = false
  lastTransactionAt = 0

  readonly addresses: PeerAddresses

  constructor(
    fields: Pick<
      Peer,
      'id' | 'kind' | 'permissions' | 'address' | 'localAddress' | 'onion' | 'connectedAt' | 'transport' | 'nonce'
    >,
  ) {
    this.id = fields.id
    this.kind = fields.kind
    this.permissions = fields.permissions
    this.address = fields.address
    this.localAddress = fields.localAddress
    this.onion = fields.onion
    this.connectedAt = fields.connectedAt
    this.transport = fields.transport
    this.nonce = fields.nonce
    this.addresses = new PeerAddresses(fields.connectedAt)
    this.host = parseService(fields.address, 0)
  }

  get inbound(): boolean {
    return this.kind === 'inbound'
  }
  /** The BIP 155 network that the connection came or went through. */
  get network(): number | undefined {
    return this.onion ? NETWORK_TORV3 : this.host?.network
  }
  /** True for a connection that takes part in what the network does: not for one that only carries a transaction away. */
  get takesPart(): boolean {
    return this.ready && this.kind !== 'private-broadcast'
  }
  /** Never punished, and told of transactions without delay. */
  get noBan(): boolean {
    return this.permissions.has('noban')
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
    return (!this.inbound || this.noBan) && !NO_SOURCE.has(this.kind) && this.servesBlocks
  }
  /** True if both sides want transactions announced on this connection. */
  get announcesTransactions(): boolean {
    return this.takesPart && this.relaysTransactions && this.kind !== 'block-relay-only'
  }
}

/** A connection as the operator sees it. Times are milliseconds since the Unix epoch, durations milliseconds. */
export interface PeerInfo {
  readonly id: PeerId
  readonly kind: ConnectionKind
  readonly permissions: readonly Permission[]
  readonly address: string
  /** It came through our onion service. */
  readonly onion: boolean
  readonly connectedAt: number
  readonly ready: boolean
  readonly version: number
  readonly services: bigint
  readonly userAgent: string
  readonly startHeight: number
  readonly timeOffset: number
  readonly relaysTransactions: boolean
  /** It set a filter (BIP 37). */
  readonly filtersTransactions: boolean
  /** Place in the pool's order up to which the peer was told of what came; announcements that wait. */
  readonly lastTrickleSequence: number
  readonly waitingAnnouncements: number
  /** When the peer last brought a block or a transaction that was new and valid; 0 for never. */
  readonly lastBlockAt: number
  readonly lastTransactionAt: number
  readonly pingTime: number | undefined
  readonly minPingTime: number | undefined
  /** Since when a pong is waited for. */
  readonly pingSince: number | undefined
  readonly lastReceivedAt: number
  readonly lastSentAt: number
  readonly transport: TransportProtocol
  readonly sessionId: Uint8Array | undefined
  /** All bytes on the wire. */
  readonly totalReceived: number
  readonly totalSent: number
  /** Bytes with headers, per command; unknown commands count as `*other*`. */
  readonly bytesReceived: Readonly<Record<string, number>>
  readonly bytesSent: Readonly<Record<string, number>>
  /** Height of the best header the peer is known to have; -1 if none. */
  readonly syncedHeaders: number
  /** Height of the last block in common; -1 if none. */
  readonly syncedBlocks: number
  /** Height of the last header that is counted but not kept yet; -1 if none. */
  readonly presyncedHeaders: number
  readonly blocksInFlight: readonly number[]
  readonly feeFilter: bigint
  /** Where the peer says that it sees us. */
  readonly seenAs: Service | undefined
  readonly addressRelay: { readonly enabled: boolean; readonly processed: number; readonly rateLimited: number }
  /** BIP 152: we asked the peer to announce by compact blocks, and it asked us. */
  readonly compactTo: boolean
  readonly compactFrom: boolean
}

export function computePeerInfo(peer: Peer): PeerInfo {
  return {
    id: peer.id,
    kind: peer.kind,
    permissions: [...peer.permissions],
    address: peer.address,
    onion: peer.onion,
    connectedAt: peer.connectedAt,
    ready: peer.ready,
    version: peer.version,
    services: peer.services,
    userAgent: peer.userAgent,
    startHeight: peer.startHeight,
    timeOffset: peer.timeOffset,
    relaysTransactions: peer.relaysTransactions && peer.kind !== 'block-relay-only' && peer.kind !== 'feeler',
    filtersTransactions: peer.bloomFilter !== undefined,
    lastTrickleSequence: peer.lastTrickleSequence,
    waitingAnnouncements: peer.toAnnounce.size,
    lastBlockAt: peer.lastBlockAt,
    lastTransactionAt: peer.lastTransactionAt,
    pingTime: peer.pingTime,
    minPingTime: peer.minPingTime,
    pingSince: peer.pingNonce === undefined ? undefined : peer.pingSentAt,
    lastReceivedAt: peer.lastReceivedAt,
    lastSentAt: peer.lastSentAt,
    transport: peer.transport.protocol,
    sessionId: peer.transport.sessionId,
    totalReceived: peer.totalReceived,
    totalSent: peer.totalSent,
    bytesReceived: Object.fromEntries(peer.bytesReceived),
    bytesSent: Object.fromEntries(peer.bytesSent),
    presyncedHeaders: peer.presync?.isCounting ? peer.presync.height : -1,
    syncedHeaders: peer.bestKnown?.height ?? -1,
    syncedBlocks: peer.lastCommon?.height ?? -1,
    blocksInFlight: [...peer.blocksInFlight.values()].map((request) => request.entry.height),
    feeFilter: peer.feeFilter,
    seenAs: peer.addresses.seenAs,
    addressRelay: {
      enabled: peer.addresses.enabled,
      processed: peer.addresses.processed,
      rateLimited: peer.addresses.rateLimited,
    },
    compactTo: peer.announcesCompact,
    compactFrom: peer.wantsCompact,
  }
}
