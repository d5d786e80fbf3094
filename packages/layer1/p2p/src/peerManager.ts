import { equalBytes, unreachable } from '@ply/bytes'
import type { Entropy } from '@ply/ports'
import { type Block, computeBlockHash, type Transaction } from '@ply/primitives'
import { AddressResponses } from './address/addressResponses.ts'
import { AddressSending } from './address/addressSending.ts'
import type { PeerEffect, PeerEvent, PeerId } from './event.ts'
import { sendVersion } from './handshake/handshake.ts'
import { DEFAULT_OPTIONS, type PeerManagerOptions } from './options.ts'
import { Answers } from './peer/answers.ts'
import { Dispatcher } from './peer/dispatcher.ts'
import { keepAlive } from './peer/keepalive.ts'
import { ExtraOutbound } from './peer/extraOutbound.ts'
import { receiveBytes } from './peer/inbox.ts'
import { Network } from './peer/network.ts'
import { computePeerInfo, Peer, type PeerInfo } from './peer/peer.ts'
import { sendPing } from './peer/sendPing.ts'
import { CompactBlocks } from './relay/compact/compactBlocks.ts'
import { ExtraTransactions } from './relay/compact/extraTransactions.ts'
import { HighBandwidthPeers } from './relay/compact/highBandwidth.ts'
import { RecentBlock } from './relay/compact/recentBlock.ts'
import { FeeFilter } from './relay/feeFilter.ts'
import { Inventory } from './relay/inventory.ts'
import { TxAnnouncement } from './relay/txAnnouncement.ts'
import { TxDownload } from './relay/txDownload.ts'
import { TxReception } from './relay/txReception.ts'
import { BlockAnnouncement } from './sync/blockAnnouncement.ts'
import { BlockDownload } from './sync/blockDownload.ts'
import { ChainSyncTimeout } from './sync/chainSyncTimeout.ts'
import type { UploadState } from './peer/uploadTarget.ts'
import { HeadersSync } from './sync/headersSync.ts'
import { isActive } from './sync/locator.ts'
import { V1Transport } from './transport/v1.ts'
import { V2Transport } from './transport/v2.ts'
import type { ChainView, MempoolView } from './views.ts'

/** How often an event of a peer has its timers looked at, too; in milliseconds. */
const MAINTENANCE_INTERVAL = 100

export interface MachineStats {
  /** Requests for blocks, to all peers. */
  readonly blocksInFlight: number
  /** Blocks that came and that the chain is looking at. */
  readonly blocksProcessing: number
  readonly txAnnouncements: number
  readonly orphans: number
  /** Peers in whose name orphans are to be tried again. */
  readonly orphanWorksets: number
}

/** Events that change nothing for other peers. */
const OF_ONE_PEER: ReadonlySet<PeerEvent['type']> = new Set(['bytes-received', 'writable', 'next-turn', 'block-loaded'])

export interface PeerManagerFields {
  readonly chain: ChainView
  readonly mempool: MempoolView
  readonly entropy: Entropy
  readonly options: Partial<PeerManagerOptions> & Pick<PeerManagerOptions, 'magic'>
}

/**
 * The peer protocol as a machine without I/O: connections, headers-first sync, block and transaction relay.
 * Feed it events with the time (milliseconds since the Unix epoch) and carry out the effects in order. It never
 * throws on what a peer sends, and its memory per peer is bounded.
 */
export class PeerManager {
  readonly #network: Network
  readonly #blocks: BlockDownload
  readonly #headers: HeadersSync
  readonly #chainSync: ChainSyncTimeout
  readonly #extraOutbound: ExtraOutbound
  readonly #announcement: TxAnnouncement
  readonly #download: TxDownload
  readonly #transactions: TxReception
  readonly #blockAnnouncement: BlockAnnouncement
  readonly #dispatcher: Dispatcher
  readonly #answers: Answers
  readonly #highBandwidth: HighBandwidthPeers
  readonly #recent: RecentBlock
  readonly #feeFilter: FeeFilter
  readonly #addressSending: AddressSending
  #tip

  constructor({ chain, mempool, entropy, options }: PeerManagerFields) {
    this.#network = new Network({ chain, mempool, entropy, options: { ...DEFAULT_OPTIONS, ...options } })
    this.#blocks = new BlockDownload(this.#network)
    this.#headers = new HeadersSync(this.#network, this.#blocks)
    this.#chainSync = new ChainSyncTimeout(this.#network, this.#headers)
    this.#extraOutbound = new ExtraOutbound(this.#network)
    this.#announcement = new TxAnnouncement(this.#network)
    const extra = new ExtraTransactions(this.#network.options.extraTransactions)
    this.#download = new TxDownload(this.#network)
    const relay = { download: this.#download, announcement: this.#announcement, extra }
    this.#transactions = new TxReception(this.#network, relay)
    this.#recent = new RecentBlock(this.#network)
    this.#feeFilter = new FeeFilter(this.#network)
    this.#blockAnnouncement = new BlockAnnouncement(this.#network, this.#recent)
    this.#highBandwidth = new HighBandwidthPeers(this.#network)
    const sync = { blocks: this.#blocks, headers: this.#headers }
    const compact = new CompactBlocks(this.#network, { ...sync, extra })
    this.#answers = new Answers(this.#network, { ...sync, compact, transactions: this.#transactions })
    this.#addressSending = new AddressSending(this.#network)
    this.#dispatcher = new Dispatcher(this.#network, {
      ...sync,
      download: this.#download,
      transactions: this.#transactions,
      inventory: new Inventory(this.#network, { ...sync, transactions: this.#download }),
      compact,
      recent: this.#recent,
      addressResponses: new AddressResponses(this.#network),
      addressSending: this.#addressSending,
    })
    this.#tip = chain.tip()
  }

  /** All connections, in the order they were made. */
  peers(): PeerInfo[] {
    return [...this.#network.peers.values()].map(computePeerInfo)
  }

  /** The tip does not move: one more full-relay peer may know why. */
  get staleTip(): boolean {
    return this.#extraOutbound.staleTip
  }

  /** What we do for peers now. */
  get services(): bigint {
    return this.#network.services
  }

  /** What may still be sent today. */
  uploadState(now: number): UploadState {
    return this.#network.upload.state(now)
  }

  /** Sizes of the shared tables, for metrics and tests. */
  stats(): MachineStats {
    return {
      blocksInFlight: this.#blocks.inFlight.size,
      blocksProcessing: this.#blocks.processingCount,
      txAnnouncements: this.#download.requests.size,
      orphans: this.#download.orphanage.size,
      orphanWorksets: this.#download.orphanage.withReconsiderable().length,
    }
  }

  /** Transactions that wait for a parent, and the peers that have them. */
  orphans(): { readonly tx: Transaction; readonly from: readonly PeerId[] }[] {
    return [...this.#download.orphanage.entries()]
  }

  /** Takes one event at time `now` and returns what the shell is to do, in order. */
  handle(event: PeerEvent, now: number): PeerEffect[] {
    this.#network.now = now
    if (event.type === 'headers-processed') this.#network.headersProcessed()
    this.#apply(event)
    this.#settle(event)
    return this.#network.takeEffects()
  }

  #apply(event: PeerEvent): void {
    switch (event.type) {
      case 'peer-connected':
        this.#connected(event)
        return
      case 'tick':
        this.#tick()
        return
      case 'ping':
        for (const peer of this.#network.peers.values()) if (peer.takesPart) sendPing(this.#network, peer)
        return
      case 'tip-changed':
        this.#tipChanged()
        return
      case 'block-accepted':
        this.#blockAnnouncement.accepted(event.block)
        return
      case 'block-connected':
        this.#recent.set(event.block)
        this.#blockConnected(event.block)
        if (!this.#network.chain.isInitialBlockDownload()) this.#download.blockConnected(event.block)
        this.#blocks.stalling.relax()
        return
      case 'tx-accepted':
        this.#transactions.accepted(event.tx)
        return
      case 'peer-disconnected':
      case 'bytes-received':
      case 'fetch-block':
      case 'send-raw':
      case 'writable':
      case 'next-turn':
      case 'headers-processed':
      case 'block-processed':
      case 'tx-processed':
      case 'package-processed':
      case 'filters-loaded':
      case 'block-loaded': {
        // Answers for a connection that ended meanwhile are nobody's any more.
        const peer = this.#network.peers.get(event.peer)
        if (peer) this.#applyTo(peer, event)
        return
      }
      default:
        unreachable(event)
    }
  }

  #applyTo(peer: Peer, event: Extract<PeerEvent, { readonly peer: PeerId }>): void {
    switch (event.type) {
      case 'peer-connected':
        return
      case 'peer-disconnected':
        this.#network.gone(peer)
        return
      case 'bytes-received':
        receiveBytes(this.#network, peer, event.bytes)
        return
      case 'fetch-block':
        this.#blocks.askChosen(peer, event.hash)
        return
      case 'send-raw':
        this.#network.sendPayload(peer, event.command, event.payload)
        return
      case 'writable':
        peer.writable = event.writable
        return
      case 'next-turn':
        peer.turnAsked = false
        return
      case 'headers-processed':
      case 'block-processed':
      case 'tx-processed':
      case 'package-processed':
      case 'filters-loaded':
      case 'block-loaded':
        this.#answers.take(peer, event)
        return
      default:
        unreachable(event)
    }
  }

  #connected(event: Extract<PeerEvent, { type: 'peer-connected' }>): void {
    const { magic } = this.#network.options
    const initiator = event.kind !== 'inbound'
    const { entropy } = this.#network
    const peer = new Peer({
      id: event.peer,
      kind: event.kind,
      permissions: event.permissions ?? new Set(),
      address: event.address ?? '',
      localAddress: event.localAddress ?? '',
      onion: event.onion ?? false,
      connectedAt: this.#network.now,
      transport: event.transport === 'v2' ? new V2Transport({ magic, initiator, entropy }) : new V1Transport(magic),
      nonce: this.#network.randomU64(),
    })
    this.#network.peers.set(peer.id, peer)
    if (!peer.inbound) sendVersion(this.#network, peer)
  }

  #tick(): void {
    for (const peer of [...this.#network.peers.values()]) {
      // What one event left undone, as it asked for more than may be sent at once.
      if (peer.writable) this.#dispatcher.work(peer)
      this.#maintain(peer)
    }
    this.#extraOutbound.tick()
  }

  /** Timeouts, and requests whose time has come. */
  #maintain(peer: Peer): void {
    peer.maintainedAt = this.#network.now
    if (keepAlive(this.#network, peer) || !peer.takesPart) return
    if (this.#blocks.stalling.check(peer, this.#blocks.inFlight.sources)) return
    this.#headers.checkTimeout(peer)
    peer.txRequestsDue = true
  }

  #tipChanged(): void {
    const { chain } = this.#network
    const reorganised = !isActive(chain, this.#tip)
    this.#tip = chain.tip()
    if (!chain.isInitialBlockDownload()) this.#download.recent.tipChanged(reorganised)
    this.#blockAnnouncement.tipChanged()
    this.#extraOutbound.tipChanged()
  }

  /** Who brought the next block of the chain, while nothing else was on its way, may announce the next ones in full. */
  #blockConnected(block: Block): void {
    const { chain, peers } = this.#network
    const hash = computeBlockHash(block.header)
    const { inFlight } = this.#blocks
    if (chain.isInitialBlockDownload() || inFlight.of(hash).length !== inFlight.size) return
    for (const peer of peers.values()) {
      if (peer.processedBlocks.some((block) => equalBytes(block.hash, hash))) this.#highBandwidth.choose(peer)
    }
  }

  /** After every event: go on with what waits, and send what is due. */
  #settle(event: PeerEvent): void {
    const touched = 'peer' in event ? this.#network.peers.get(event.peer) : undefined
    // Before the peer's next message: whoever gets an answer to it has got what was due.
    if (touched) this.#addressSending.send(touched)
    if (event.type === 'headers-processed') this.#workAll(event.peer)
    else if (touched) this.#dispatcher.work(touched)
    // Who sends us something need not wait for the tick where time has passed.
    if (touched && this.#network.now - touched.maintainedAt >= MAINTENANCE_INTERVAL) this.#maintain(touched)
    // Orphans of other peers may have become ready.
    for (const id of this.#download.orphanage.withReconsiderable()) {
      const peer = this.#network.peers.get(id)
      if (peer && peer !== touched) this.#dispatcher.work(peer)
    }
    this.#forgetGone()
    const concerned = !OF_ONE_PEER.has(event.type) ? [...this.#network.peers.values()] : touched ? [touched] : []
    for (const peer of concerned) {
      // One that this very event ended would keep what it is asked for from others.
      if (!peer.takesPart || this.#network.peers.get(peer.id) !== peer) continue
      this.#headers.start(peer)
      this.#chainSync.protect(peer)
      if (this.#chainSync.check(peer)) continue
      this.#blocks.request(peer)
      this.#feeFilter.send(peer)
    }
    for (const peer of this.#network.peers.values()) {
      if (!peer.takesPart) continue
      if (peer.txRequestsDue) this.#download.request(peer)
      this.#announcement.trickle(peer)
      this.#addressSending.send(peer)
    }
    // Some of these steps may have ended a connection, too.
    this.#forgetGone()
  }

  /**
   * While headers were looked at everybody waited. Now all get their turn, whose headers these were last: who goes on
   * sending some would else have all the others wait for ever.
   */
  #workAll(last: PeerId): void {
    const peers = [...this.#network.peers.values()]
    for (const peer of peers) if (peer.id > last) this.#dispatcher.work(peer)
    for (const peer of peers) if (peer.id <= last) this.#dispatcher.work(peer)
  }

  /** Frees what was held for peers whose connection ended during this event. */
  #forgetGone(): void {
    for (const peer of this.#network.takeDeparted()) {
      this.#blocks.forget(peer)
      this.#highBandwidth.forget(peer)
      this.#download.disconnected(peer)
    }
  }
}
