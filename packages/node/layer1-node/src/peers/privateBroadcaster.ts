import { ByteReader } from '@ply/bytes'
import { formatViolation } from '@ply/consensus'
import {
  type AddressManager,
  formatService,
  isLocalHost,
  isValidHost,
  NETWORK_NAMES,
  type NetworkName,
  NODE_P2P_V2,
  type Service,
  PRIVATE_CONNECTIONS_PER_TX,
  PrivateBroadcast,
} from '@ply/p2p'
import type { Clock, Entropy, Logger } from '@ply/ports'
import { computeTxid, computeWtxid, hashToDisplay, type Transaction } from '@ply/primitives'
import type { MempoolManager } from '../mempool/mempoolManager.ts'
import type { DialOptions } from './dialer.ts'
import type { Reachability } from './reachability.ts'

export interface PrivateBroadcasterFields {
  readonly mempool: Pick<MempoolManager, 'testAccept'>
  readonly book: AddressManager
  readonly clock: Clock
  readonly entropy: Entropy
  readonly logger: Logger
  readonly reachability: Reachability
  /** Services that we offer. */
  services(): bigint
  /** The node talks to peers. */
  isActive(): boolean
  /** True for an address that is welcome and that we are not connected to. */
  mayConnect(address: Service): boolean
  /** Private connections that there are. */
  openConnections(): number
  /** Makes a connection; rejects if nobody answers. */
  connect(address: string, how: DialOptions): Promise<unknown>
}

const SECOND = 1000
const MINUTE = 60 * SECOND
/** Private connections at once. */
const MAX_CONNECTIONS = 64
/** Pauses: where there is no way, where no address is of use, and after a failure. */
const NO_WAY_PAUSE = 5 * SECOND
const BAD_ADDRESS_PAUSE = SECOND / 2
const FAILURE_PAUSE = SECOND / 10
/** Addresses of no use in a row after which to pause. */
const MAX_BAD_ADDRESSES = 100

/** Sends own transactions over Tor and I2P, each to a few peers by connections of their own, until they come back. */
export class PrivateBroadcaster {
  readonly queue = new PrivateBroadcast()
  readonly #fields: PrivateBroadcasterFields
  readonly #logger: Logger
  #connecting = false
  #cancelPause: (() => void) | undefined
  #cancelRetry: () => void = () => undefined
  #stopped = false

  constructor(fields: PrivateBroadcasterFields) {
    this.#fields = fields
    this.#logger = fields.logger.child('privatebroadcast')
    this.#retryLater()
  }

  /** False if the queue is full. One that is in it already is welcome. */
  send(tx: Transaction): boolean {
    const what = `txid=${hashToDisplay(computeTxid(tx))}, wtxid=${hashToDisplay(computeWtxid(tx))}`
    const result = this.queue.add(tx, this.#fields.clock.now())
    if (result === 'present') {
      this.#log(`Ignoring unnecessary request to schedule an already scheduled transaction: ${what}`)
    } else if (result === 'full') {
      this.#log(`Rejecting private broadcast, queue full (cap=${this.queue.capacity}): ${what}`)
    } else {
      this.#log(`Requesting ${PRIVATE_CONNECTIONS_PER_TX} new connections due to ${what}`)
      this.tick()
    }
    return result !== 'full'
  }

  /** Makes the connections that are wanted, one after another. */
  tick(): void {
    if (this.#connecting || this.#cancelPause) return
    this.#connecting = true
    void this.#connectAll().finally(() => {
      this.#connecting = false
    })
  }

  stop(): void {
    this.#stopped = true
    this.#cancelPause?.()
    this.#cancelRetry()
  }

  async #connectAll(): Promise<void> {
    while (!this.#stopped && this.#mayConnect()) {
      const pause = await this.#connectOnce()
      if (pause === undefined) continue
      this.#pause(pause)
      return
    }
  }

  #mayConnect(): boolean {
    const { isActive, openConnections } = this.#fields
    return isActive() && this.queue.connectionsWanted > 0 && openConnections() < MAX_CONNECTIONS
  }

  #pause(milliseconds: number): void {
    if (this.#stopped) return
    this.#cancelPause = this.#fields.clock.schedule(milliseconds, () => {
      this.#cancelPause = undefined
      this.tick()
    })
  }

  /** Milliseconds to wait before the next attempt; undefined for none. */
  async #connectOnce(): Promise<number | undefined> {
    const { reachability, services, connect } = this.#fields
    if (this.#networks().length === 0) {
      const words = 'Unable to open -privatebroadcast connections: neither Tor nor I2P is reachable'
      this.#logger.log('warn', words)
      return NO_WAY_PAUSE
    }
    const address = this.#chooseAddress()
    if (!address) {
      this.#log('Connections needed but addrman keeps returning bad addresses, will retry')
      return BAD_ADDRESS_PAUSE
    }
    const text = formatService(address)
    const { proxy } = reachability.way('private-broadcast', address)
    const name = NETWORK_NAMES.find(([, network]) => network === address.network)?.[0]
    const through = proxy && isIp(name) ? ` through the proxy at ${proxy.address}` : ''
    const transport = (address.services & services() & NODE_P2P_V2) === 0n ? 'v1' : 'v2'
    this.#fields.book.attempt(address, this.#seconds, true)
    try {
      await connect(text, { kind: 'private-broadcast', transport, lastSeen: address.time })
    } catch {
      const left = this.queue.connectionsWanted
      const then = left === 0 ? 'will not retry, no more connections needed' : 'will retry to a different address'
      const remaining = left === 0 ? '' : `; remaining connections to open: ${left}`
      this.#log(`Failed to connect to ${text}${through}, ${then}${remaining}`)
      return left === 0 ? undefined : FAILURE_PAUSE
    }
    this.queue.unwant(1)
    const remaining = `remaining connections to open: ${this.queue.connectionsWanted}`
    this.#log(`Socket connected to ${text}${through}; ${remaining}`)
    return undefined
  }

  /** Those in which nobody sees where a connection comes from; IP through Tor, once it is clear that it is Tor. */
  #networks(): readonly NetworkName[] {
    const { reachability } = this.#fields
    const throughTor = reachability.includes('onion') && this.queue.torProven
    return (['onion', 'ipv4', 'ipv6', 'i2p'] as const).filter(
      (name) => reachability.includes(name) && (throughTor || !isIp(name)),
    )
  }

  /** Of a random network, a random address. */
  #chooseAddress() {
    const names = this.#networks()
    for (let tries = 0; tries <= MAX_BAD_ADDRESSES; tries++) {
      const name = names[this.#randomBelow(names.length)]
      const network = NETWORK_NAMES.find(([each]) => each === name)?.[1]
      const found = network === undefined ? undefined : this.#fields.book.select(this.#seconds, { networks: [network] })
      if (found && isValidHost(found) && !isLocalHost(found) && this.#fields.mayConnect(found)) return found
    }
    return undefined
  }

  #randomBelow(limit: number): number {
    return Math.floor((new ByteReader(this.#fields.entropy.bytes(4)).u32() / 2 ** 32) * limit)
  }

  get #seconds(): number {
    return Math.floor(this.#fields.clock.now() / SECOND)
  }

  #retryLater(): void {
    const delay = 2 * MINUTE + this.#randomBelow(MINUTE)
    this.#cancelRetry = this.#fields.clock.schedule(delay, () => {
      void this.#retryStale().finally(() => {
        if (!this.#stopped) this.#retryLater()
      })
    })
  }

  /** What did not come back is sent to one more peer, unless the pool would not have it any more. */
  async #retryStale(): Promise<void> {
    for (const tx of this.queue.stale(this.#fields.clock.now())) {
      const { results } = await this.#fields.mempool.testAccept([tx])
      const what = `txid=${hashToDisplay(computeTxid(tx))} wtxid=${hashToDisplay(computeWtxid(tx))}`
      const [result] = results
      if (result?.ok === false) {
        this.#log(`Giving up broadcast attempts for ${what}: ${formatViolation(result.error)}`)
        this.queue.giveUp(tx)
      } else {
        this.#log(`Reattempting broadcast of stale ${what}`)
        this.queue.want(1)
      }
    }
    this.tick()
  }

  #log(text: string): void {
    this.#logger.log('debug', text)
  }
}

const isIp = (name: NetworkName | undefined): boolean => name === 'ipv4' || name === 'ipv6'
