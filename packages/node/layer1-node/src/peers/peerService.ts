import { ok, unreachable } from '@ply/bytes'
import type { Accepted } from '@ply/mempool'
import {
  type ConnectionKind,
  DEFAULT_OPTIONS,
  type LogCategory,
  NODE_P2P_V2,
  type PeerEffect,
  type PeerEvent,
  type PeerId,
  type PeerInfo,
  PeerManager,
  type PeerManagerOptions,
  type Permission,
} from '@ply/p2p'
import type { Connection, Entropy, Listener, Logger, Transport } from '@ply/ports'
import type { Block, BlockHash, BlockHeader, Transaction } from '@ply/primitives'
import type { ChainManager } from '../chain/chainManager.ts'
import { createChainView, createMempoolView } from '../chain/chainView.ts'
import type { MempoolManager } from '../mempool/mempoolManager.ts'
import { InboundSlots } from './inboundSlots.ts'
import { InitialBroadcast } from './initialBroadcast.ts'
import { PeerLink } from './peerLink.ts'

export interface PeerServiceFields {
  readonly chain: ChainManager
  readonly mempool: MempoolManager
  readonly transport: Transport
  readonly entropy: Entropy
  readonly logger: Logger
  readonly options: Partial<PeerManagerOptions>
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

interface DialOptions {
  readonly kind: ConnectionKind
  readonly transport: 'v1' | 'v2'
}

interface OpenOptions extends DialOptions {
  readonly requested: string | undefined
}

const TICK_MS = 500
const CONNECT_TIMEOUT_MS = 5000
const RETRY_MS = 5000

const replacedBy = ({ replaced }: Accepted) => ({ replaced: replaced.map(({ tx }) => tx) })

/** Carries the peer machine: sockets in, sockets out, and its questions to the chain and the pool. */
export class PeerService {
  readonly #fields: PeerServiceFields
  readonly #logger: Logger
  readonly #machine: PeerManager
  readonly #slots = new InboundSlots()
  readonly #loggers = new Map<LogCategory, Logger>()
  readonly #links = new Map<PeerId, PeerLink>()
  /** Addresses to stay connected to. */
  readonly #wanted = new Set<string>()
  readonly #dialling = new Set<string>()
  readonly #listeners: Listener[] = []
  #nextId = 0
  #stopped = false
  #caughtUp = false
  #cancelTick: () => void = () => undefined
  #cancelRetry: () => void = () => undefined
  /** Effects are carried out in order, also those that an effect causes. */
  #running = false
  readonly #observers = new Set<() => void>()
  readonly #queue: PeerEffect[] = []
  readonly #initialBroadcast: InitialBroadcast

  constructor(fields: PeerServiceFields) {
    this.#fields = fields
    this.#logger = fields.logger.child('net')
    const { chain, mempool, entropy, options } = fields
    const { parameters } = chain
    this.#machine = new PeerManager({
      chain: createChainView(chain),
      mempool: createMempoolView(mempool),
      entropy,
      options: {
        magic: parameters.magic,
        targetSpacing: parameters.consensus.powTargetSpacing,
        minimumChainWork: parameters.consensus.minimumChainWork,
        ...options,
      },
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
    this.#initialBroadcast = new InitialBroadcast({ mempool, clock: chain.clock, entropy, announce })
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

  get wanted(): readonly string[] {
    return [...this.#wanted]
  }

  async listen(address: string): Promise<void> {
    const listener = await this.#fields.transport.listen(address, (connection) => this.#accepted(connection))
    this.#listeners.push(listener)
    this.#logger.log('info', `Bound to ${listener.address}`)
  }

  /** Connects now and again whenever the connection is lost. */
  addNode(address: string): void {
    this.#wanted.add(address)
    this.#retry()
  }

  removeNode(address: string): boolean {
    return this.#wanted.delete(address)
  }

  /** Connects once; rejects if nobody answers. */
  async connect(address: string, how: Partial<DialOptions> = {}): Promise<PeerId> {
    this.#dialling.add(address)
    try {
      const connection = await this.#fields.transport.connect(address, CONNECT_TIMEOUT_MS)
      if (this.#stopped) {
        connection.close()
        throw new Error('the node was stopped')
      }
      return this.#open(connection, { kind: 'manual', transport: this.#transport, ...how, requested: address })
    } finally {
      this.#dialling.delete(address)
    }
  }

  /** Ends connections by address or number; false if there is none. */
  disconnect(which: { readonly address: string } | { readonly id: PeerId }): boolean {
    const matches = (link: PeerLink): boolean =>
      'id' in which
        ? link.id === which.id
        : link.connection.remoteAddress === which.address || link.requested === which.address
    const links = [...this.#links.values()].filter(matches)
    for (const link of links) link.connection.close()
    return links.length > 0
  }

  #accepted(connection: Connection): void {
    const taken = [...this.#links.values()]
      .filter((link) => link.kind === 'inbound')
      .map((link) => ({ id: link.id, address: link.connection.remoteAddress }))
    const admitted = !this.#stopped && this.#slots.admit(connection.remoteAddress, taken)
    if (admitted === false) {
      connection.close()
      return
    }
    if (admitted !== true) {
      this.#links.get(admitted.id)?.connection.close()
      this.#closed(admitted.id, 'its place is needed')
    }
    this.#open(connection, { kind: 'inbound', transport: this.#transport, requested: undefined })
  }

  #closed(id: PeerId, reason: string): void {
    if (!this.#links.delete(id)) return
    this.#logger.log('debug', `connection ${id} ended`, { reason })
    this.#post({ type: 'peer-disconnected', peer: id })
    this.#changed()
  }

  #open(connection: Connection, { kind, transport, requested }: OpenOptions): PeerId {
    const id = this.#nextId++
    const writable = (state: boolean): void => this.#post({ type: 'writable', peer: id, writable: state })
    this.#links.set(id, new PeerLink({ id, connection, kind, requested, writable }))
    this.#logger.log('debug', `connection ${id}`, { kind, address: connection.remoteAddress })
    const { remoteAddress: remote, localAddress: local } = connection
    const permissions = this.#fields.permissionsOf?.({ kind, remote, local }) ?? new Set()
    this.#post({ type: 'peer-connected', peer: id, kind, transport, permissions, address: remote, localAddress: local })
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
        link?.send(effect.bytes)
        return
      case 'disconnect':
        this.#logger.log('debug', `disconnecting peer ${effect.peer}`, { reason: effect.reason })
        if (effect.discourage && link?.kind === 'inbound') this.#slots.discourage(link.connection.remoteAddress)
        link?.connection.close()
        return
      case 'retry-with-v1':
        this.#dial(effect.address, { kind: effect.kind, transport: 'v1' })
        return
      case 'set-reading':
        if (effect.reading) link?.connection.resume()
        else link?.connection.pause()
        return
      case 'process-headers':
        this.#answer(this.#processHeaders(effect.peer, effect.headers))
        return
      case 'process-block':
        this.#answer(this.#processBlock(effect.peer, effect.block, effect.requested))
        return
      case 'process-tx':
        this.#answer(this.#processTx(effect.peer, effect.tx))
        return
      case 'tx-sent':
        this.#fields.mempool.confirmBroadcast(effect.tx)
        return
      case 'process-package':
        this.#answer(this.#processPackage(effect.peer, effect.transactions))
        return
      case 'load-block':
        this.#answer(this.#loadBlock(effect.peer, effect.hash))
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

  async #processHeaders(peer: PeerId, headers: readonly BlockHeader[]): Promise<PeerEvent> {
    return { type: 'headers-processed', peer, verdict: await this.#fields.chain.acceptHeaders(headers) }
  }

  async #processBlock(peer: PeerId, block: Block, requested: boolean): Promise<PeerEvent> {
    return { type: 'block-processed', peer, verdict: await this.#fields.chain.acceptBlock(block, { requested }) }
  }

  async #processTx(peer: PeerId, tx: Transaction): Promise<PeerEvent> {
    const verdict = await this.#fields.mempool.accept(tx)
    if (!verdict.ok) return { type: 'tx-processed', peer, verdict }
    return { type: 'tx-processed', peer, verdict: ok(replacedBy(verdict.value)) }
  }

  async #processPackage(peer: PeerId, transactions: readonly Transaction[]): Promise<PeerEvent> {
    const { message, results } = await this.#fields.mempool.acceptPackage(transactions)
    const verdicts = results.map((result) => result && (result.ok ? ok(replacedBy(result.value)) : result))
    return { type: 'package-processed', peer, verdict: { accepted: message === 'success', results: verdicts } }
  }

  async #loadBlock(peer: PeerId, hash: BlockHash): Promise<PeerEvent> {
    const { chain } = this.#fields
    const data = chain.find(hash)?.data
    const bytes = data && (await chain.blocks.readBlockBytes(data))
    return { type: 'block-loaded', peer, hash, bytes }
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
      this.#changed()
      this.#tick()
    })
  }

  /** Connects once; that it failed shows in the log alone. */
  #dial(address: string, how: Partial<DialOptions> = {}): void {
    this.connect(address, how).catch((error: unknown) =>
      this.#logger.log('debug', `cannot connect to ${address}`, { error }),
    )
  }

  /** What we tell peers that we do. */
  get services(): bigint {
    return this.#fields.options.services ?? DEFAULT_OPTIONS.services
  }

  /** What we speak where the peer does too. */
  get #transport(): 'v1' | 'v2' {
    return (this.services & NODE_P2P_V2) === 0n ? 'v1' : 'v2'
  }

  #retry(): void {
    this.#cancelRetry()
    if (this.#stopped) return
    const connected = new Set([...this.#links.values()].map((link) => link.requested))
    for (const address of this.#wanted) {
      if (connected.has(address) || this.#dialling.has(address)) continue
      this.#dial(address)
    }
    if (this.#wanted.size > 0) this.#cancelRetry = this.#fields.chain.clock.schedule(RETRY_MS, () => this.#retry())
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#cancelTick()
    this.#cancelRetry()
    this.#initialBroadcast.stop()
    for (const { connection } of this.#links.values()) connection.close()
    await Promise.all(this.#listeners.map((listener) => listener.close()))
  }
}
