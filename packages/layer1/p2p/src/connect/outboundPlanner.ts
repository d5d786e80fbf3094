import { bytesToHex } from '@ply/bytes'
import type { Entropy } from '@ply/ports'
import type { AddressManager } from '../address/addrman/addrman.ts'
import { randomFraction } from '../address/addrman/randomChoice.ts'
import { serviceKey, type Service } from '../address/host.ts'
import { isLocalHost, isPrivacyNetwork, isValidHost } from '../address/routable.ts'
import type { ConnectionKind } from '../event.ts'
import { NETWORK_IPV4, NETWORK_IPV6, type NetAddress } from '../message/netAddress.ts'
import { NODE_NETWORK, NODE_NETWORK_LIMITED } from '../protocol.ts'
import { isBadPort } from './badPorts.ts'

export const MAX_FULL_RELAY = 8
export const MAX_BLOCK_RELAY_ONLY = 2
const MINUTE = 60_000
/** Mean times between tests of an address, and between looks at the chain of one more peer. */
const FEELER_INTERVAL = 2 * MINUTE
const EXTRA_BLOCK_RELAY_INTERVAL = 5 * MINUTE
const MAX_TRIES = 100
/** Tries after which an address is taken that was tried of late, and one with the port of another service. */
const PATIENCE_WITH_RECENT = 30
const PATIENCE_WITH_PORTS = 50
/** Seconds. */
const RECENT = 600

/** A connection that there is. */
export interface Connected {
  readonly kind: ConnectionKind
  /** Undefined for one whose address is a name. */
  readonly host: Service | undefined
}

/** A connection to make. */
export interface Attempt {
  readonly kind: ConnectionKind
  readonly address: NetAddress
  readonly reason: 'anchor' | 'slot' | 'extra' | 'feeler'
  /** A failure says something about the address: other connections show that our own network works. */
  readonly countFailure: boolean
}

export interface PlannerFields {
  readonly book: AddressManager
  readonly entropy: Entropy
  /** Block-relay-only peers of the last run. */
  readonly anchors: readonly NetAddress[]
  /** All connections at most, those that come in included. */
  readonly maxConnections: number
  readonly isReachable: (network: number) => boolean
  /** Services that a peer of ours must have. */
  readonly desirableServices: (offered: bigint) => bigint
  /** Peers that the operator named: connected to otherwise. */
  readonly isNamed: (address: NetAddress) => boolean
  readonly now: number
}

export interface Situation {
  readonly connections: readonly Connected[]
  /** The tip has not moved for long: one more peer may know why. */
  readonly staleTip: boolean
  /** The first sync is over, so that looking at other chains costs little. */
  readonly synced: boolean
}

type Plan = Pick<Attempt, 'kind' | 'reason'>

const mayKnowAddresses = (services: bigint): boolean => (services & (NODE_NETWORK | NODE_NETWORK_LIMITED)) !== 0n

/**
 * Decides whom to connect to next: eight full-relay and two block-relay-only peers, each of another network group, and
 * short connections that test addresses or look at one more chain. `now` is milliseconds since the Unix epoch.
 */
export class OutboundPlanner {
  readonly #fields: PlannerFields
  readonly #anchors: NetAddress[]
  readonly maxFullRelay: number
  readonly maxBlockRelay: number
  #nextFeeler: number
  #nextExtraBlockRelay: number

  constructor(fields: PlannerFields) {
    this.#fields = fields
    this.#anchors = [...fields.anchors]
    this.maxFullRelay = Math.min(MAX_FULL_RELAY, fields.maxConnections)
    this.maxBlockRelay = Math.min(MAX_BLOCK_RELAY_ONLY, fields.maxConnections - this.maxFullRelay)
    this.#nextFeeler = fields.now + this.#delay(FEELER_INTERVAL)
    this.#nextExtraBlockRelay = fields.now + this.#delay(EXTRA_BLOCK_RELAY_INTERVAL)
  }

  #delay(mean: number): number {
    return -Math.log(1 - randomFraction(this.#fields.entropy)) * mean
  }

  /** The next connection to make, if there is one to make now and somebody to make it to. */
  next(situation: Situation, now: number): Attempt | undefined {
    const plan = this.#plan(situation, now)
    if (!plan) return undefined
    const { connections } = situation
    const groups = this.#usedGroups(connections)
    this.#fields.book.resolveCollisions(Math.floor(now / 1000))
    const address =
      plan.reason === 'anchor' ? this.#takeAnchor(groups) : this.#choose(plan, { connections, groups }, now)
    if (!address) return undefined
    const varied = groups.size + connections.filter(isPersistentPrivate).length
    const countFailure = varied >= Math.min(this.#fields.maxConnections - 1, 2)
    return { ...plan, address, countFailure }
  }

  #plan({ connections, staleTip, synced }: Situation, now: number): Plan | undefined {
    const count = (kind: ConnectionKind): number => connections.filter((connection) => connection.kind === kind).length
    const [fullRelay, blockRelay] = [count('outbound'), count('block-relay-only')]
    if (this.#anchors.length > 0 && blockRelay < this.maxBlockRelay)
      return { kind: 'block-relay-only', reason: 'anchor' }
    if (fullRelay < this.maxFullRelay) return { kind: 'outbound', reason: 'slot' }
    if (blockRelay < this.maxBlockRelay) return { kind: 'block-relay-only', reason: 'slot' }
    if (staleTip) return { kind: 'outbound', reason: 'extra' }
    if (synced && now > this.#nextExtraBlockRelay) {
      this.#nextExtraBlockRelay = now + this.#delay(EXTRA_BLOCK_RELAY_INTERVAL)
      return { kind: 'block-relay-only', reason: 'extra' }
    }
    if (now <= this.#nextFeeler) return undefined
    this.#nextFeeler = now + this.#delay(FEELER_INTERVAL)
    return { kind: 'feeler', reason: 'feeler' }
  }

  #takeAnchor(groups: ReadonlySet<string>): NetAddress | undefined {
    for (let anchor = this.#anchors.pop(); anchor; anchor = this.#anchors.pop()) {
      if (this.#isUsable(anchor) && this.#hasServices(anchor) && !groups.has(this.#groupOf(anchor))) return anchor
    }
    return undefined
  }

  #groupOf(host: Service): string {
    return bytesToHex(this.#fields.book.groups.groupOf(host))
  }

  /** Groups of key-based networks say nothing about who is where. */
  #usedGroups(connections: readonly Connected[]): ReadonlySet<string> {
    const counted = connections.flatMap(({ kind, host }) =>
      PERSISTENT.has(kind) && host && !isPrivacyNetwork(host) ? [this.#groupOf(host)] : [],
    )
    return new Set(counted)
  }

  #isUsable(address: NetAddress): boolean {
    return isValidHost(address) && !isLocalHost(address) && this.#fields.isReachable(address.network)
  }

  #hasServices({ services }: NetAddress): boolean {
    const desirable = this.#fields.desirableServices(services)
    return (services & desirable) === desirable
  }

  #choose(
    { kind }: Plan,
    used: { readonly connections: readonly Connected[]; readonly groups: ReadonlySet<string> },
    now: number,
  ): NetAddress | undefined {
    const seconds = Math.floor(now / 1000)
    const feeler = kind === 'feeler'
    for (let tries = 1; tries <= MAX_TRIES; tries++) {
      const found = feeler ? this.#feelerTarget(used.connections, seconds) : this.#fields.book.select(seconds)
      if (!found) return undefined
      if (!this.#isUsable(found)) continue
      if (!feeler && used.groups.has(this.#groupOf(found))) continue
      if (seconds - found.lastTry < RECENT && tries < PATIENCE_WITH_RECENT) continue
      if (feeler ? !mayKnowAddresses(found.services) : !this.#hasServices(found)) continue
      if (tries < PATIENCE_WITH_PORTS && isIp(found) && isBadPort(found.port)) continue
      if (this.#fields.isNamed(found)) continue
      return found
    }
    return undefined
  }

  /** Somebody whose place is wanted comes before somebody new. */
  #feelerTarget(connections: readonly Connected[], seconds: number) {
    const { book } = this.#fields
    const wanted = book.selectTriedCollision()
    if (!wanted) return book.select(seconds, { newOnly: true })
    const connected = connections.some(({ host }) => host && serviceKey(host) === serviceKey(wanted))
    if (!connected) return wanted
    book.good(wanted, seconds)
    return book.select(seconds, { newOnly: true })
  }
}

const isIp = ({ network }: NetAddress): boolean => network === NETWORK_IPV4 || network === NETWORK_IPV6

/** Connections meant to last, whose number per network group is bounded. */
const PERSISTENT: ReadonlySet<ConnectionKind> = new Set(['manual', 'outbound', 'block-relay-only'])

const isPersistentPrivate = ({ kind, host }: Connected): boolean =>
  PERSISTENT.has(kind) && host !== undefined && isPrivacyNetwork(host)
