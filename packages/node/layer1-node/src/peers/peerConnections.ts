import {
  type ConnectionKind,
  connectionTypeName,
  type NetGroups,
  parseService,
  type PeerEvent,
  type PeerId,
  type PeerInfo,
  type Permission,
  type Service,
  serviceKey,
  type Subnet,
  subnetIncludes,
} from '@ply/p2p'
import type { Clock, Connection, Entropy, Listener, Logger, Transport } from '@ply/ports'
import { BindError } from './bindError.ts'
import type { ListenAddress, PermissionsOf } from './connectionEnds.ts'
import { type ConnectionSettings, maxInbound } from './connectionSettings.ts'
import type { DialOptions } from './dialer.ts'
import { EvictionCandidates } from './evictionCandidates.ts'
import { admit } from './inboundGate.ts'
import { PeerLink } from './peerLink.ts'
import type { Reachability } from './reachability.ts'
import type { Unwanted } from './unwanted.ts'

export interface PeerConnectionsFields {
  readonly transport: Transport
  readonly clock: Clock
  readonly entropy: Entropy
  readonly logger: Logger
  readonly settings: ConnectionSettings
  readonly unwanted: Unwanted
  readonly reachability: Reachability
  /** Which hosts belong together, for the choice of whom to let go. */
  readonly groups: NetGroups
  readonly permissionsOf: PermissionsOf | undefined
  /** Bytes that may wait for a peer before it is served nothing more. */
  readonly sendBuffer: number
  /** The transport for which nobody asked for another one. */
  readonly usualTransport: 'v1' | 'v2'
  /** What the peer machine knows of each connection. */
  peers(): readonly PeerInfo[]
  /** Tells the peer machine. */
  post(event: PeerEvent): void
  /** A connection ended. */
  ended(): void
}

interface OpenOptions extends DialOptions {
  readonly requested: string | undefined
  readonly host: Service | undefined
  readonly permissions: ReadonlySet<Permission>
  readonly preferEvict: boolean
  /** It came through our onion service. */
  readonly onion: boolean
}

interface Listening extends Required<Omit<ListenAddress, 'address'>> {
  readonly listener: Listener
}

/** Which connections to end: by address, number or subnet. */
export type WhichPeers = { readonly address: string } | { readonly id: PeerId } | { readonly subnet: Subnet }

/** The sockets, in and out: who is let in, who is connected to, and under which number the peer machine knows them. */
export class PeerConnections {
  readonly links: ReadonlyMap<PeerId, PeerLink>
  readonly #fields: PeerConnectionsFields
  readonly #logger: Logger
  readonly #candidates: EvictionCandidates
  readonly #links = new Map<PeerId, PeerLink>()
  readonly #listeners: Listening[] = []
  #nextId = 0
  #active: boolean
  #closed = false

  constructor(fields: PeerConnectionsFields) {
    this.links = this.#links
    this.#fields = fields
    this.#logger = fields.logger.child('net')
    this.#active = fields.settings.active
    this.#logActive()
    this.#candidates = new EvictionCandidates(fields.entropy, fields.groups)
  }

  get active(): boolean {
    return this.#active
  }

  /** Ends all connections and makes none, or goes on. */
  setActive(active: boolean): void {
    this.#active = active
    this.#logActive()
    if (!active) this.#closeAll()
  }

  #logActive(): void {
    this.#logger.log('info', `SetNetworkActive: ${String(this.#active)}`)
  }

  /** `host:port` that others can connect to. */
  get listening(): string | undefined {
    const open = this.#listeners.filter(({ onion }) => !onion)
    return (open.find(({ optional }) => !optional) ?? open[0])?.listener.address
  }

  /** Every address that peers are accepted at. */
  get bound(): readonly string[] {
    return this.#listeners.map(({ listener }) => listener.address)
  }

  /** Where we listen and may say so; `everywhere`: at some port on all that this machine has. */
  get announced(): { readonly addresses: readonly string[]; readonly everywhere: boolean } {
    const open = this.#listeners.filter(({ onion }) => !onion)
    const isAny = ({ listener }: Listening): boolean => /^(0\.0\.0\.0|\[::\]):/.test(listener.address)
    const addresses = open.filter(({ unannounced }) => !unannounced).map(({ listener }) => listener.address)
    return { addresses, everywhere: open.some(isAny) }
  }

  /** Throws a {@link BindError} where that cannot be done, unless that does not matter. */
  async listen({ address, onion = false, optional = false, unannounced = false }: ListenAddress): Promise<void> {
    try {
      const accept = (connection: Connection): void => this.accept(connection, onion)
      const listener = await this.#fields.transport.listen(address, accept)
      this.#listeners.push({ listener, onion, optional, unannounced })
      this.#logger.log('info', `Bound to ${listener.address}`)
    } catch (error) {
      const failure = new BindError(address, error)
      this.#logger.log('error', failure.message)
      if (!optional) throw failure
    }
  }

  /** Connects once; rejects if nobody answers. */
  async connect(address: string, how: Partial<DialOptions>): Promise<PeerId> {
    const { kind = 'manual', transport = this.#fields.usualTransport } = how
    if (!this.#active) throw new Error('the network is not active')
    const { clock, reachability, settings, transport: sockets } = this.#fields
    const hours = how.lastSeen === undefined ? 0 : (clock.now() / 1000 - how.lastSeen) / 3600
    const what = `trying ${transport} connection (${connectionTypeName(kind)}) to ${address}`
    this.#logger.log('debug', `${what}, lastseen=${hours.toFixed(1)}hrs`)
    const way = reachability.way(kind, parseService(address, 0))
    const connection = await sockets.connect(address, settings.connectTimeout, way)
    if (this.#closed || !this.#active) {
      connection.close()
      throw new Error('the node was stopped')
    }
    const { remoteAddress: remote, localAddress: local } = connection
    const permissions = this.#fields.permissionsOf?.({ kind, remote, local }) ?? new Set()
    const host = parseService(remote, 0)
    return this.#open(connection, {
      kind,
      transport,
      requested: address,
      host,
      permissions,
      preferEvict: false,
      onion: false,
    })
  }

  /** False if there is none. */
  disconnect(which: WhichPeers): boolean {
    const matches = (link: PeerLink): boolean => {
      if ('id' in which) return link.id === which.id
      if ('address' in which) return link.leadsTo(which.address)
      return link.host !== undefined && subnetIncludes(which.subnet, link.host)
    }
    const links = [...this.#links.values()].filter(matches)
    for (const link of links) link.connection.close()
    return links.length > 0
  }

  count(kind: ConnectionKind): number {
    return [...this.#links.values()].filter((link) => link.kind === kind).length
  }

  isConnected(address: Service): boolean {
    return [...this.#links.values()].some(({ host }) => host !== undefined && serviceKey(host) === serviceKey(address))
  }

  /** Closes a connection. Its place is free at once: who reads nothing could else keep it for as long as that takes. */
  drop(id: PeerId, reason: string): void {
    this.#links.get(id)?.connection.close()
    this.#forget(id, reason)
  }

  /** Ends all connections and takes none any more. */
  async close(): Promise<void> {
    this.#closed = true
    this.#closeAll()
    await Promise.all(this.#listeners.map(({ listener }) => listener.close()))
  }

  #closeAll(): void {
    for (const { connection } of this.#links.values()) connection.close()
  }

  /** A peer came, by whatever way. */
  accept(connection: Connection, onion = false): void {
    const { remoteAddress: remote, localAddress: local } = connection
    const host = parseService(remote, 0)
    const permissions = this.#fields.permissionsOf?.({ kind: 'inbound', remote, local }) ?? new Set()
    const admission = this.#admit(host, permissions)
    if (this.#closed || admission.type === 'refused') {
      if (admission.type === 'refused') this.#logger.log('debug', `connection from ${remote} ${admission.reason}`)
      connection.close()
      return
    }
    const { preferEvict, evicted } = admission
    if (evicted !== undefined && this.#links.has(evicted)) {
      this.#logger.log('debug', `selected inbound connection for eviction, disconnecting peer=${evicted}`)
      this.drop(evicted, 'its place is needed')
    }
    this.#logger.log('debug', `connection from ${remote} accepted`)
    const how = { kind: 'inbound', transport: this.#fields.usualTransport, requested: undefined } as const
    this.#open(connection, { ...how, host, permissions, preferEvict, onion })
  }

  #admit(host: Service | undefined, permissions: ReadonlySet<Permission>) {
    if (!this.#active) return { type: 'refused', reason: 'dropped: not accepting new connections' } as const
    const { unwanted, settings, peers } = this.#fields
    const candidates = () => this.#candidates.of(peers(), this.#links)
    return admit(
      { host, permissions },
      { unwanted, most: maxInbound(settings), taken: this.count('inbound'), candidates },
    )
  }

  #open(connection: Connection, options: OpenOptions): PeerId {
    const id = this.#nextId++
    const { kind, transport, permissions, onion } = options
    const { post, sendBuffer } = this.#fields
    const writable = (state: boolean): void => post({ type: 'writable', peer: id, writable: state })
    this.#links.set(id, new PeerLink({ ...options, id, connection, sendBuffer, writable }))
    this.#logger.log('debug', `Added connection peer=${id}`)
    const { remoteAddress: address, localAddress } = connection
    post({ type: 'peer-connected', peer: id, kind, transport, permissions, address, localAddress, onion })
    connection.listen({
      data: (bytes) => post({ type: 'bytes-received', peer: id, bytes }),
      closed: (reason) => this.#forget(id, reason),
    })
    return id
  }

  #forget(id: PeerId, reason: string): void {
    if (!this.#links.delete(id)) return
    this.#logger.log('debug', `connection ${id} ended`, { reason })
    this.#fields.post({ type: 'peer-disconnected', peer: id })
    this.#fields.ended()
  }
}
