import {
  type AddressManager,
  type Attempt,
  type ConnectionKind,
  formatService,
  NODE_NETWORK,
  NODE_P2P_V2,
  NODE_WITNESS,
  OutboundPlanner,
  parseService,
  type Service,
  serviceKey,
} from '@ply/p2p'
import type { Clock, Entropy, Logger } from '@ply/ports'
import type { ConnectionSettings } from './connectionSettings.ts'
import type { PeerLink } from './peerLink.ts'
import type { PeerState } from './peerState.ts'
import type { Reachability } from './reachability.ts'
import type { Unwanted } from './unwanted.ts'

export interface DialOptions {
  readonly kind: ConnectionKind
  readonly transport: 'v1' | 'v2'
  /** When the address was last seen, in seconds since the Unix epoch, where it is of the book. */
  readonly lastSeen?: number
}

/** A peer that the operator wants to stay connected to. */
export interface NamedPeer {
  readonly name: string
  readonly transport: 'v1' | 'v2'
}

export interface DialerFields {
  readonly settings: ConnectionSettings
  readonly state: PeerState
  readonly unwanted: Unwanted
  readonly reachability: Reachability
  readonly clock: Clock
  readonly entropy: Entropy
  readonly logger: Logger
  readonly defaultPort: number
  /** Services that we offer. */
  readonly services: bigint
  links(): Iterable<PeerLink>
  isConnected(address: Service): boolean
  /** Makes a connection; rejects if nobody answers. */
  connect(address: string, how: DialOptions): Promise<unknown>
  /** The first sync is over. */
  synced(): boolean
  /** The tip does not move. */
  staleTip(): boolean
}

/** Milliseconds after which a named peer that is not connected is tried again. */
const RETRY_MS = 5000
const MAX_NAMED = 8
/** Milliseconds between questions to seeds, and full-relay peers with which none is asked. */
const SEED_INTERVAL_MS = 10_000
const ENOUGH_PEERS = 2

/** Makes connections: to named peers again and again, to seeds, and to whom the planner chooses. */
export class Dialer {
  readonly #fields: DialerFields
  readonly #named = new Map<string, NamedPeer & { triedAt: number }>()
  readonly #dialling = new Set<string>()
  readonly #seeds: string[]
  readonly #planner: OutboundPlanner | undefined
  #seedAskedAt = -Infinity
  /** Names of who is to be asked for addresses, one at each tick. */
  readonly #fetches: string[] = []

  constructor(fields: DialerFields) {
    this.#fields = fields
    const { settings, state, entropy, clock, logger } = fields
    this.#seeds = [...settings.seeds]
    if (!settings.automatic) return
    logger.log('info', `${state.anchors.length} block-relay-only anchors will be tried for connections.`)
    this.#planner = new OutboundPlanner({
      book: state.book,
      entropy,
      anchors: state.anchors,
      maxConnections: settings.maxConnections,
      isReachable: fields.reachability.has,
      desirableServices: () => NODE_NETWORK | NODE_WITNESS,
      isNamed: (address) => this.#namedServices().has(serviceKey(address)),
      now: clock.now(),
    })
  }

  get #book(): AddressManager {
    return this.#fields.state.book
  }

  named(): readonly NamedPeer[] {
    return [...this.#named.values()]
  }

  #namedServices(): ReadonlySet<string> {
    const services = [...this.#named.values()].map(({ name }) => parseService(name, this.#fields.defaultPort))
    return new Set(services.flatMap((service) => (service ? [serviceKey(service)] : [])))
  }

  /** False if the peer is named already, by whatever name. */
  add({ name, transport }: NamedPeer): boolean {
    const service = parseService(name, this.#fields.defaultPort)
    const known = this.#named.has(name) || (service && this.#namedServices().has(serviceKey(service)))
    if (known) return false
    this.#named.set(name, { name, transport, triedAt: -Infinity })
    this.#retryNamed()
    return true
  }

  /** Asks whoever a name leads to for addresses, unless the operator named all that we may connect to. */
  fetchFrom(name: string): void {
    if (this.#planner) this.#fetches.push(name)
  }

  remove(name: string): boolean {
    return this.#named.delete(name)
  }

  /** What is due now. */
  tick(): void {
    this.#retryNamed()
    this.#askSeed()
    this.#fetch()
    const attempt = this.#dialling.size === 0 ? this.#plan() : undefined
    if (attempt) this.#make(attempt)
  }

  #retryNamed(): void {
    const now = performance.now()
    const links = [...this.#fields.links()]
    for (const peer of [...this.#named.values()].slice(0, MAX_NAMED)) {
      const address = this.addressOf(peer.name)
      if (now - peer.triedAt < RETRY_MS || this.#dialling.has(address)) continue
      if (links.some((link) => link.leadsTo(address))) continue
      peer.triedAt = now
      this.dial(address, { kind: 'manual', transport: peer.transport })
    }
  }

  /** `host:port` of a name. */
  addressOf(name: string): string {
    // I2P knows no ports.
    const port = name.toLowerCase().endsWith('.b32.i2p') ? 0 : this.#fields.defaultPort
    const service = parseService(name, port)
    if (service) return formatService(service)
    return /:\d+$/.test(name) ? name : `${name}:${this.#fields.defaultPort}`
  }

  #askSeed(): void {
    const full = [...this.#fields.links()].filter((link) => link.kind === 'outbound').length
    const now = this.#fields.clock.now()
    if (full >= ENOUGH_PEERS || now - this.#seedAskedAt < SEED_INTERVAL_MS) return
    const first = this.#seedAskedAt === -Infinity
    this.#seedAskedAt = now
    // With addresses at hand those are tried first.
    if (first && this.#book.size() > 0) return
    const seed = this.#seeds.pop()
    if (seed === undefined) return
    const empty = this.#book.size() === 0
    const why = empty
      ? 'Empty addrman, adding seednode'
      : `Couldn't connect to peers from addrman after ${SEED_INTERVAL_MS / 1000} seconds. Adding seednode`
    this.#fields.logger.log('info', `${why} (${seed}) to addrfetch`)
    this.dial(this.addressOf(seed), { kind: 'addr-fetch', transport: this.#transport })
  }

  #fetch(): void {
    const name = this.#fetches.shift()
    if (name !== undefined) this.dial(this.addressOf(name), { kind: 'addr-fetch', transport: this.#transport })
  }

  get #transport(): 'v1' | 'v2' {
    return (this.#fields.services & NODE_P2P_V2) === 0n ? 'v1' : 'v2'
  }

  #plan(): Attempt | undefined {
    const { clock, synced, staleTip, links } = this.#fields
    const connections = [...links()].map(({ kind, host }) => ({ kind, host }))
    const situation = { connections, staleTip: staleTip(), synced: synced() }
    return this.#planner?.next(situation, clock.now())
  }

  #make({ kind, address, reason, countFailure }: Attempt): void {
    const { clock, logger, unwanted, isConnected } = this.#fields
    const text = formatService(address)
    if (unwanted.includes(address) || isConnected(address)) return
    const net = logger.child('net')
    if (reason === 'anchor') net.log('debug', `Trying to make an anchor connection to ${text}`)
    if (reason === 'feeler') net.log('debug', `Making feeler connection to ${text}`)
    const both = address.services & this.#fields.services & NODE_P2P_V2
    this.#book.attempt(address, Math.floor(clock.now() / 1000), countFailure)
    this.dial(text, { kind, transport: both === 0n ? 'v1' : 'v2', lastSeen: address.time })
  }

  /** Connects once; that it failed shows in the log alone. */
  dial(address: string, how: DialOptions): void {
    const { connect, logger } = this.#fields
    this.#dialling.add(address)
    connect(address, how)
      .catch((error: unknown) => logger.child('net').log('debug', `cannot connect to ${address}`, { error }))
      .finally(() => this.#dialling.delete(address))
  }
}
