import {
  DEFAULT_OPTIONS,
  type LocalAddresses,
  MAX_BLOCK_RELAY_ONLY,
  NODE_P2P_V2,
  type PeerId,
  type PeerInfo,
  PeerManager,
  type PeerManagerOptions,
  type UploadState,
} from '@ply/p2p'
import type { Entropy, Logger, Transport } from '@ply/ports'
import type { BlockHash, Transaction } from '@ply/primitives'
import type { ChainManager } from '../chain/chainManager.ts'
import { createChainView, createMempoolView } from '../chain/chainView.ts'
import type { BlockFilterIndex } from '../index/blockFilterIndex.ts'
import type { MempoolManager } from '../mempool/mempoolManager.ts'
import type { ListenAddress, PermissionsOf } from './connectionEnds.ts'
import type { ConnectionSettings } from './connectionSettings.ts'
import { Dialer, type DialOptions } from './dialer.ts'
import { WaysIn } from './waysIn.ts'
import { InitialBroadcast } from './initialBroadcast.ts'
import { MachineRunner } from './machineRunner.ts'
import type { MessageCapture } from './messageCapture.ts'
import { type Listening, OwnAddresses } from './ownAddresses.ts'
import { PeerConnections, type WhichPeers } from './peerConnections.ts'
import type { PeerState } from './peerState.ts'
import { PeerWork } from './peerWork.ts'
import { PrivateBroadcaster } from './privateBroadcaster.ts'
import { Reachability } from './reachability.ts'
import { Unwanted } from './unwanted.ts'

export interface PeerServiceFields {
  readonly chain: ChainManager
  readonly mempool: MempoolManager
  /** What `getcfilters` and its kin are answered from. */
  readonly filters?: BlockFilterIndex | undefined
  readonly transport: Transport
  readonly entropy: Entropy
  readonly logger: Logger
  readonly options: Partial<PeerManagerOptions>
  readonly settings: ConnectionSettings
  readonly state: PeerState
  /** Gets every message. */
  readonly capture?: MessageCapture | undefined
  /** What the operator allows a peer beyond others; nothing by default. */
  readonly permissionsOf?: PermissionsOf
  /** An error that no peer caused: the node cannot go on. */
  failed(error: unknown): void
}

const TICK_MS = 500
const SAVE_INTERVAL_MS = 15 * 60_000

/** Carries the peer machine: its sockets, its questions to the chain and the pool, and its clock. */
export class PeerService {
  readonly unwanted: Unwanted
  readonly dialer: Dialer
  readonly reachability: Reachability
  readonly waysIn: WaysIn
  /** Undefined where own transactions go to all peers. */
  readonly privateBroadcaster: PrivateBroadcaster | undefined
  readonly #fields: PeerServiceFields
  readonly #machine: PeerManager
  readonly #runner: MachineRunner
  readonly #connections: PeerConnections
  readonly #initialBroadcast: InitialBroadcast
  readonly #ownAddresses: OwnAddresses
  readonly #observers = new Set<() => void>()
  #caughtUp = false
  #savedAt = performance.now()
  #cancelTick: () => void = () => undefined

  constructor(fields: PeerServiceFields) {
    this.#fields = fields
    const { chain, mempool, transport, entropy, settings, state, logger, options, permissionsOf, capture } = fields
    const { parameters, clock } = chain
    this.reachability = new Reachability(settings)
    const isReachable = this.reachability.has
    this.#ownAddresses = new OwnAddresses({ settings, isReachable, logger: options.logAddresses ? logger : undefined })
    this.unwanted = new Unwanted(state.bans, clock, () => void state.saveBans())
    const bookLogger = logger.child('addrman')
    state.book.log = (text) => bookLogger.log('debug', text)
    if (settings.privateBroadcast) {
      this.privateBroadcaster = new PrivateBroadcaster({
        ...{ mempool, clock, entropy, logger, reachability: this.reachability },
        book: state.book,
        services: () => this.services,
        isActive: () => this.active,
        mayConnect: (address) => !this.unwanted.includes(address) && !this.#connections.isConnected(address),
        openConnections: () => this.#connections.count('private-broadcast'),
        connect: (address, how) => this.connect(address, how),
      })
    }
    this.#machine = this.#createMachine()
    this.#runner = new MachineRunner({
      ...{ machine: this.#machine, clock, logger, mempool, unwanted: this.unwanted, capture },
      work: new PeerWork(chain, mempool, fields.filters),
      connections: () => this.#connections,
      dialer: () => this.dialer,
      ready: () => this.#changed(),
      failed: (error) => fields.failed(error),
    })
    this.#connections = new PeerConnections({
      ...{ transport, clock, entropy, logger, settings, permissionsOf },
      ...{ unwanted: this.unwanted, reachability: this.reachability, groups: state.book.groups },
      usualTransport: this.transport,
      sendBuffer: fields.options.sendBuffer ?? DEFAULT_OPTIONS.sendBuffer,
      peers: () => this.#machine.peers(),
      post: (event) => this.#runner.post(event),
      ended: () => this.#changed(),
    })
    this.waysIn = new WaysIn({
      ...{ clock, entropy, logger, port: parameters.defaultPort },
      ...{ reachability: this.reachability, localAddresses: this.localAddresses },
      listening: () => this.listening,
      accept: (connection) => this.#connections.accept(connection),
    })
    this.dialer = new Dialer({
      ...{ settings, state, unwanted: this.unwanted, reachability: this.reachability, clock, entropy, logger },
      defaultPort: parameters.defaultPort,
      services: this.services,
      links: () => this.#connections.links.values(),
      isConnected: (address) => this.#connections.isConnected(address),
      connect: (address, how) => this.connect(address, how),
      synced: () => !chain.isInitialBlockDownload(),
      staleTip: () => this.#machine.staleTip,
    })
    this.#follow()
    const announce = (tx: Transaction): void => this.announce(tx)
    this.#initialBroadcast = new InitialBroadcast({ mempool, clock, entropy, announce })
    this.#tick()
  }

  #createMachine(): PeerManager {
    const { chain, mempool, entropy, options, settings, state, capture } = this.#fields
    const { parameters } = chain
    return new PeerManager({
      chain: createChainView(chain),
      mempool: createMempoolView(mempool),
      entropy,
      options: {
        magic: parameters.magic,
        targetSpacing: parameters.consensus.powTargetSpacing,
        minimumChainWork: parameters.consensus.minimumChainWork,
        book: state.book,
        privateBroadcast: this.privateBroadcaster?.queue,
        localAddresses: this.localAddresses,
        listenPort: settings.listenPort,
        isReachable: this.reachability.has,
        isUnwanted: (host) => this.unwanted.includes(host),
        captureMessages: capture !== undefined,
        ...options,
      },
    })
  }

  /** Tells the machine what becomes of the chain and the pool. */
  #follow(): void {
    const { chain, mempool } = this.#fields
    chain.subscribe({
      blockAccepted: (block) => this.#runner.post({ type: 'block-accepted', block }),
      blockConnected: ({ block }) => this.#runner.post({ type: 'block-connected', block }),
      tipChanged: () => {
        this.#runner.post({ type: 'tip-changed' })
        this.#tellWhenCaughtUp()
      },
    })
    mempool.subscribe({ added: ({ tx }) => this.announce(tx) })
  }

  /** Tells every peer of a transaction of the pool that has not heard of it. */
  announce(tx: Transaction): void {
    this.#runner.post({ type: 'tx-accepted', tx })
  }

  /** Calls `changed` whenever a connection came, became ready or went, and at every tick. */
  subscribe(changed: () => void): () => void {
    this.#observers.add(changed)
    return () => void this.#observers.delete(changed)
  }

  #changed(): void {
    for (const observer of [...this.#observers]) observer()
  }

  /** `host:port` that others can connect to. */
  get listening(): string | undefined {
    return this.#connections.listening
  }

  /** Every address that peers are accepted at. */
  get bound(): readonly string[] {
    return this.#connections.bound
  }

  /** Where others can reach us. */
  get localAddresses(): LocalAddresses {
    return this.#ownAddresses.known
  }

  /** All that we listen on is open by now: where others find us follows from it, and from what this machine has. */
  noteListening(interfaces: Listening['interfaces']): void {
    this.#ownAddresses.listening({ ...this.#connections.announced, interfaces })
  }

  /** What we tell peers that we do. */
  get relaysTransactions(): boolean {
    return this.#fields.options.relayTransactions ?? DEFAULT_OPTIONS.relayTransactions
  }

  get services(): bigint {
    return this.#machine.services
  }

  /** What we speak where the peer does too. */
  get transport(): 'v1' | 'v2' {
    return (this.services & NODE_P2P_V2) === 0n ? 'v1' : 'v2'
  }

  get settings(): ConnectionSettings {
    return this.#fields.settings
  }

  get book(): PeerState['book'] {
    return this.#fields.state.book
  }

  peers(): readonly (PeerInfo & { readonly localAddress: string })[] {
    return this.#machine.peers().map((info) => ({
      ...info,
      localAddress: this.#connections.links.get(info.id)?.connection.localAddress ?? '',
    }))
  }

  /** Transactions that wait for a parent, and the peers that have them. */
  orphans(): ReturnType<PeerManager['orphans']> {
    return this.#machine.orphans()
  }

  /** Bytes over all connections, those that ended included. */
  totals(): { readonly received: number; readonly sent: number } {
    const total = { ...this.#runner.ended }
    for (const peer of this.#machine.peers()) {
      total.received += peer.totalReceived
      total.sent += peer.totalSent
    }
    return total
  }

  /** What may still be sent today. */
  get upload(): UploadState {
    return this.#machine.uploadState(this.#fields.chain.clock.now())
  }

  get active(): boolean {
    return this.#connections.active
  }

  /** Ends all connections and makes none, or goes on. */
  setActive(active: boolean): void {
    this.#connections.setActive(active)
  }

  listen(at: ListenAddress): Promise<void> {
    return this.#connections.listen(at)
  }

  /** Connects once; rejects if nobody answers. */
  connect(address: string, how: Partial<DialOptions> = {}): Promise<PeerId> {
    return this.#connections.connect(address, how)
  }

  /** Ends connections by address, number or subnet; false if there is none. */
  disconnect(which: WhichPeers): boolean {
    return this.#connections.disconnect(which)
  }

  /** Pings all peers now, whether or not their last pong came. */
  ping(): void {
    this.#runner.post({ type: 'ping' })
  }

  /** Sends whatever it is; false if there is no such peer. */
  sendRaw(peer: PeerId, command: string, payload: Uint8Array): boolean {
    if (!this.#connections.links.has(peer)) return false
    this.#runner.post({ type: 'send-raw', peer, command, payload })
    return true
  }

  /** Asks a peer for a block whose header is known. */
  fetchBlock(peer: PeerId, hash: BlockHash): void {
    this.#runner.post({ type: 'fetch-block', peer, hash })
  }

  /** Peers hear at once, not at the next tick, that we want transactions from now on. */
  #tellWhenCaughtUp(): void {
    if (this.#caughtUp || this.#fields.chain.isInitialBlockDownload()) return
    this.#caughtUp = true
    this.#runner.post({ type: 'tick' })
  }

  #tick(): void {
    this.#cancelTick = this.#fields.chain.clock.schedule(TICK_MS, () => {
      this.#runner.post({ type: 'tick' })
      if (this.active) this.dialer.tick()
      this.privateBroadcaster?.tick()
      if (performance.now() - this.#savedAt > SAVE_INTERVAL_MS) {
        this.#savedAt = performance.now()
        void this.#fields.state.saveBook()
      }
      this.#changed()
      this.#tick()
    })
  }

  async stop(): Promise<void> {
    const { state, settings } = this.#fields
    const anchors = settings.automatic ? this.#anchors() : undefined
    this.privateBroadcaster?.stop()
    this.#runner.stop()
    this.#cancelTick()
    this.#initialBroadcast.stop()
    await this.waysIn.stop()
    await this.#connections.close()
    if (anchors) await state.saveAnchors(anchors)
    await state.saveBook()
    await state.saveBans()
  }

  /** Block-relay-only peers to come back to. */
  #anchors() {
    const now = Math.floor(this.#fields.chain.clock.now() / 1000)
    const anchors = this.#machine.peers().flatMap(({ id, kind, services }) => {
      const host = this.#connections.links.get(id)?.host
      return kind === 'block-relay-only' && host ? [{ ...host, services, time: now }] : []
    })
    return anchors.slice(0, MAX_BLOCK_RELAY_ONLY)
  }
}
