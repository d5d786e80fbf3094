import { unreachable } from '@ply/bytes'
import {
  isLocalHost,
  type ConnectionKind,
  DEFAULT_OPTIONS,
  type LogCategory,
  MAX_BLOCK_RELAY_ONLY,
  NODE_P2P_V2,
  parseService,
  type PeerEffect,
  type PeerEvent,
  type PeerId,
  type PeerInfo,
  PeerManager,
  type PeerManagerOptions,
  type Permission,
  type Service,
  subnetIncludes,
  type UploadState,
  type Subnet,
} from '@ply/p2p'
import type { Connection, Entropy, Listener, Logger, Transport } from '@ply/ports'
import type { BlockHash, Transaction } from '@ply/primitives'
import type { ChainManager } from '../chain/chainManager.ts'
import { createChainView, createMempoolView } from '../chain/chainView.ts'
import type { BlockFilterIndex } from '../index/blockFilterIndex.ts'
import type { MempoolManager } from '../mempool/mempoolManager.ts'
import { type ConnectionSettings, maxInbound, reachableNetworks } from './connectionSettings.ts'
import { Dialer, type DialOptions } from './dialer.ts'
import { EvictionCandidates } from './evictionCandidates.ts'
import { admit } from './inboundGate.ts'
import { InitialBroadcast } from './initialBroadcast.ts'
import type { CapturedMessage, MessageCapture } from './messageCapture.ts'
import { PeerLink } from './peerLink.ts'
import type { PeerState } from './peerState.ts'
import { PeerWork } from './peerWork.ts'
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

/** Where a connection comes from and how it came about. */
export interface ConnectionEnds {
  readonly kind: ConnectionKind
  /** `host:port`. */
  readonly remote: string
  readonly local: string
}

export type PermissionsOf = (ends: ConnectionEnds) => ReadonlySet<Permission>

interface OpenOptions extends DialOptions {
  readonly requested: string | undefined
  readonly host: Service | undefined
  readonly permissions: ReadonlySet<Permission>
  readonly preferEvict: boolean
}

const TICK_MS = 500
const CONNECT_TIMEOUT_MS = 5000
const SAVE_INTERVAL_MS = 15 * 60_000

/** Carries the peer machine: sockets in, sockets out, and its questions to the chain and the pool. */
export class PeerService {
  readonly unwanted: Unwanted
  readonly dialer: Dialer
  readonly #fields: PeerServiceFields
  readonly #logger: Logger
  readonly #machine: PeerManager
  readonly #work: PeerWork
  readonly #candidates: EvictionCandidates
  readonly #loggers = new Map<LogCategory, Logger>()
  readonly #links = new Map<PeerId, PeerLink>()
  readonly #listeners: Listener[] = []
  /** Bytes over connections that ended. */
  readonly #ended = { received: 0, sent: 0 }
  #active: boolean
  #nextId = 0
  #stopped = false
  #caughtUp = false
  #savedAt = performance.now()
  #cancelTick: () => void = () => undefined
  /** Effects are carried out in order, also those that an effect causes. */
  #running = false
  readonly #observers = new Set<() => void>()
  readonly #queue: PeerEffect[] = []
  readonly #initialBroadcast: InitialBroadcast

  constructor(fields: PeerServiceFields) {
    this.#fields = fields
    this.#logger = fields.logger.child('net')
    const { chain, mempool, entropy, options, settings, state, logger } = fields
    const { parameters, clock } = chain
    this.#active = settings.active
    this.#work = new PeerWork(chain, mempool, fields.filters)
    this.#candidates = new EvictionCandidates(entropy)
    this.unwanted = new Unwanted(state.bans, clock, () => void state.saveBans())
    const bookLogger = logger.child('addrman')
    state.book.log = (text) => bookLogger.log('debug', text)
    const reachable = reachableNetworks(settings)
    this.#machine = new PeerManager({
      chain: createChainView(chain),
      mempool: createMempoolView(mempool),
      entropy,
      options: {
        magic: parameters.magic,
        targetSpacing: parameters.consensus.powTargetSpacing,
        minimumChainWork: parameters.consensus.minimumChainWork,
        book: state.book,
        ownAddress: settings.ownAddress,
        isReachable: (network) => reachable.has(network),
        isUnwanted: (host) => this.unwanted.includes(host),
        captureMessages: fields.capture !== undefined,
        ...options,
      },
    })
    this.dialer = new Dialer({
      ...{ settings, state, unwanted: this.unwanted, clock, entropy, logger },
      defaultPort: parameters.defaultPort,
      services: this.services,
      links: () => this.#links.values(),
      connect: (address, how) => this.connect(address, how),
      synced: () => !chain.isInitialBlockDownload(),
      staleTip: () => this.#machine.staleTip,
    })
    chain.subscribe({
      blockAccepted: (block) => this.#post({ type: 'block-accepted', block }),
      blockConnected: ({ block }) => this.#post({ type: 'block-connected', block }),
      tipChanged: () => {
        this.#post({ type: 'tip-changed' })
        this.#tellWhenCaughtUp()
      },
    })
    mempool.subscribe({ added: ({ tx }) => this.announce(tx) })
    const announce = (tx: Transaction): void => this.announce(tx)
    this.#initialBroadcast = new InitialBroadcast({ mempool, clock, entropy, announce })
    this.#tick()
  }

  /** Tells every peer of a transaction of the pool that has not heard of it. */
  announce(tx: Transaction): void {
    this.#post({ type: 'tx-accepted', tx })
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
    return this.#listeners[0]?.address
  }

  /** What we tell peers that we do. */
  get relaysTransactions(): boolean {
    return this.#fields.options.relayTransactions ?? DEFAULT_OPTIONS.relayTransactions
  }

  get services(): bigint {
    return this.#fields.options.services ?? DEFAULT_OPTIONS.services
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
      localAddress: this.#links.get(info.id)?.connection.localAddress ?? '',
    }))
  }

  /** Transactions that wait for a parent, and the peers that have them. */
  orphans(): ReturnType<PeerManager['orphans']> {
    return this.#machine.orphans()
  }

  /** Bytes over all connections, those that ended included. */
  totals(): { readonly received: number; readonly sent: number } {
    const total = { ...this.#ended }
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
    return this.#active
  }

  /** Ends all connections and makes none, or goes on. */
  setActive(active: boolean): void {
    this.#logger.log('info', `SetNetworkActive: ${String(active)}`)
    this.#active = active
    if (!active) for (const { connection } of this.#links.values()) connection.close()
  }

  async listen(address: string): Promise<void> {
    const listener = await this.#fields.transport.listen(address, (connection) => this.#accepted(connection))
    this.#listeners.push(listener)
    this.#logger.log('info', `Bound to ${listener.address}`)
  }

  /** Connects once; rejects if nobody answers. */
  async connect(address: string, how: Partial<DialOptions> = {}): Promise<PeerId> {
    const { kind = 'manual', transport = this.transport } = how
    if (!this.#active) throw new Error('the network is not active')
    this.#logger.log('debug', `trying ${transport} connection (${kind}) to ${address}`)
    const connection = await this.#fields.transport.connect(address, CONNECT_TIMEOUT_MS)
    if (this.#stopped || !this.#active) {
      connection.close()
      throw new Error('the node was stopped')
    }
    const { remoteAddress: remote, localAddress: local } = connection
    const permissions = this.#fields.permissionsOf?.({ kind, remote, local }) ?? new Set()
    const host = parseService(remote, 0)
    return this.#open(connection, { kind, transport, requested: address, host, permissions, preferEvict: false })
  }

  /** Ends connections by address, number or subnet; false if there is none. */
  disconnect(which: { readonly address: string } | { readonly id: PeerId } | { readonly subnet: Subnet }): boolean {
    const matches = (link: PeerLink): boolean => {
      if ('id' in which) return link.id === which.id
      if ('address' in which) return link.leadsTo(which.address)
      return link.host !== undefined && subnetIncludes(which.subnet, link.host)
    }
    const links = [...this.#links.values()].filter(matches)
    for (const link of links) link.connection.close()
    return links.length > 0
  }

  /** Pings all peers now, whether or not their last pong came. */
  ping(): void {
    this.#post({ type: 'ping' })
  }

  /** Sends whatever it is; false if there is no such peer. */
  sendRaw(peer: PeerId, command: string, payload: Uint8Array): boolean {
    if (!this.#links.has(peer)) return false
    this.#post({ type: 'send-raw', peer, command, payload })
    return true
  }

  /** Asks a peer for a block whose header is known. */
  fetchBlock(peer: PeerId, hash: BlockHash): void {
    this.#post({ type: 'fetch-block', peer, hash })
  }

  #accepted(connection: Connection): void {
    const { remoteAddress: remote, localAddress: local } = connection
    const host = parseService(remote, 0)
    const permissions = this.#fields.permissionsOf?.({ kind: 'inbound', remote, local }) ?? new Set()
    const inbound = [...this.#links.values()].filter((link) => link.kind === 'inbound')
    const admission = this.#active
      ? admit(
          { host, permissions },
          {
            unwanted: this.unwanted,
            most: maxInbound(this.settings),
            taken: inbound.length,
            candidates: () => this.#candidates.of(this.#machine.peers(), this.#links),
          },
        )
      : ({ type: 'refused', reason: 'dropped: not accepting new connections' } as const)
    if (this.#stopped || admission.type === 'refused') {
      if (admission.type === 'refused') this.#logger.log('debug', `connection from ${remote} ${admission.reason}`)
      connection.close()
      return
    }
    const evicted = admission.evicted === undefined ? undefined : this.#links.get(admission.evicted)
    if (evicted) {
      this.#logger.log('debug', `selected inbound connection for eviction, disconnecting peer=${evicted.id}`)
      evicted.connection.close()
      this.#closed(evicted.id, 'its place is needed')
    }
    this.#logger.log('debug', `connection from ${remote} accepted`)
    const { preferEvict } = admission
    const how = { kind: 'inbound', transport: this.transport, requested: undefined } as const
    this.#open(connection, { ...how, host, permissions, preferEvict })
  }

  #closed(id: PeerId, reason: string): void {
    if (!this.#links.delete(id)) return
    this.#logger.log('debug', `connection ${id} ended`, { reason })
    this.#post({ type: 'peer-disconnected', peer: id })
    this.#changed()
  }

  #open(connection: Connection, options: OpenOptions): PeerId {
    const id = this.#nextId++
    const { kind, transport, permissions } = options
    const writable = (state: boolean): void => this.#post({ type: 'writable', peer: id, writable: state })
    this.#links.set(id, new PeerLink({ ...options, id, connection, writable }))
    this.#logger.log('debug', `Added connection peer=${id}`)
    const { remoteAddress: address, localAddress } = connection
    this.#post({ type: 'peer-connected', peer: id, kind, transport, permissions, address, localAddress })
    connection.listen({
      data: (bytes) => this.#post({ type: 'bytes-received', peer: id, bytes }),
      closed: (reason) => this.#closed(id, reason),
    })
    return id
  }

  #post(event: PeerEvent): void {
    if (this.#stopped) return
    try {
      this.#queue.push(...this.#machine.handle(event, this.#fields.chain.clock.now()))
      if (this.#running) return
      this.#running = true
      try {
        for (let effect = this.#queue.shift(); effect; effect = this.#queue.shift()) this.#run(effect)
      } finally {
        this.#running = false
      }
    } catch (error) {
      this.#fields.failed(error)
    }
  }

  #run(effect: PeerEffect): void {
    const link = effect.type === 'log' ? undefined : this.#links.get(effect.peer)
    switch (effect.type) {
      case 'send':
        if (effect.command !== '') this.#capture('sent', effect, link)
        link?.send(effect.bytes)
        return
      case 'message-received':
        this.#capture('received', effect, link)
        return
      case 'disconnect':
        this.#logger.log('debug', `disconnecting peer ${effect.peer}`, { reason: effect.reason })
        if (effect.discourage && link) this.#punish(link)
        link?.connection.close()
        // Its place is free at once: who reads nothing could else keep it for as long as its connection takes to end.
        this.#closed(effect.peer, effect.reason)
        return
      case 'peer-gone':
        this.#ended.received += effect.totalReceived
        this.#ended.sent += effect.totalSent
        return
      case 'retry-with-v1':
        this.dialer.dial(effect.address, { kind: effect.kind, transport: 'v1' })
        return
      case 'set-reading':
        if (effect.reading) link?.connection.resume()
        else link?.connection.pause()
        return
      case 'next-turn':
        setImmediate(() => this.#post(effect))
        return
      case 'process-headers':
      case 'process-block':
      case 'process-tx':
      case 'process-package':
      case 'load-block':
      case 'load-filters':
        this.#answer(this.#work.do(effect))
        return
      case 'tx-sent':
        this.#fields.mempool.confirmBroadcast(effect.tx)
        return
      case 'peer-ready':
        this.#logger.log('debug', `peer ${effect.peer} is ready`)
        this.#changed()
        return
      case 'log':
        this.#loggerOf(effect.category).log(effect.level, effect.text)
        return
      default:
        unreachable(effect)
    }
  }

  #capture(direction: 'received' | 'sent', message: CapturedMessage, link: PeerLink | undefined): void {
    if (link) this.#fields.capture?.record(direction, link.connection.remoteAddress, message)
  }

  /** Who broke a rule is not welcome for a while; our own machine is never blamed for one of its programs. */
  #punish(link: PeerLink): void {
    const { host } = link
    if (!host) return
    if (isLocalHost(host)) {
      this.#logger.log('debug', `Warning: disconnecting but not discouraging local peer ${link.id}!`)
      return
    }
    this.#logger.log('debug', `Disconnecting and discouraging peer ${link.id}!`)
    this.unwanted.discourage(host)
  }

  #loggerOf(category: LogCategory | undefined): Logger {
    if (category === undefined) return this.#fields.logger
    const logger = this.#loggers.get(category) ?? this.#fields.logger.child(category)
    this.#loggers.set(category, logger)
    return logger
  }

  #answer(event: Promise<PeerEvent>): void {
    event.then(
      (answer) => this.#post(answer),
      (error: unknown) => this.#fields.failed(error),
    )
  }

  /** Peers hear at once, not at the next tick, that we want transactions from now on. */
  #tellWhenCaughtUp(): void {
    if (this.#caughtUp || this.#fields.chain.isInitialBlockDownload()) return
    this.#caughtUp = true
    this.#post({ type: 'tick' })
  }

  #tick(): void {
    this.#cancelTick = this.#fields.chain.clock.schedule(TICK_MS, () => {
      this.#post({ type: 'tick' })
      if (this.#active) this.dialer.tick()
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
    this.#stopped = true
    this.#cancelTick()
    this.#initialBroadcast.stop()
    for (const { connection } of this.#links.values()) connection.close()
    await Promise.all(this.#listeners.map((listener) => listener.close()))
    if (anchors) await state.saveAnchors(anchors)
    await state.saveBook()
    await state.saveBans()
  }

  /** Block-relay-only peers to come back to. */
  #anchors() {
    const now = Math.floor(this.#fields.chain.clock.now() / 1000)
    const anchors = this.#machine.peers().flatMap(({ id, kind, services }) => {
      const host = this.#links.get(id)?.host
      return kind === 'block-relay-only' && host ? [{ ...host, services, time: now }] : []
    })
    return anchors.slice(0, MAX_BLOCK_RELAY_ONLY)
  }
}
