import { type AddressManager, internalHost, NODE_NETWORK, NODE_WITNESS, parseHost, randomFraction } from '@ply/p2p'
import type { Clock, Entropy, Logger } from '@ply/ports'
import { logTask } from '../../logTask.ts'

export interface DnsSeedingFields {
  /** Names of the servers. */
  readonly seeds: readonly string[]
  /** Ask all of them, whatever is known. */
  readonly forced: boolean
  /** Peers were named that are to be asked first. */
  readonly seedNodesFirst: boolean
  readonly defaultPort: number
  readonly book: AddressManager
  readonly clock: Clock
  readonly entropy: Entropy
  readonly logger: Logger
  /** Addresses of a name; undefined where names are a proxy's to look up. */
  readonly lookUp: ((name: string) => Promise<readonly string[]>) | undefined
  /** Asks a node that the name leads to for addresses. */
  fetchFrom(seed: string): void
  /** Full-relay connections that we chose to make. */
  fullRelayPeers(): number
  /** Whether we talk to others at all. */
  isActive(): boolean
}

const SECOND_MS = 1000
const LOOK_INTERVAL_MS = 500
const SEED_NODES_MS = 30 * SECOND_MS
/** Full-relay peers with which nobody has to be asked. */
const ENOUGH_PEERS = 2
/** Servers asked before we look whether that was enough: one alone could lead us to whom it wants. */
const AT_ONCE = 3
/** How long known addresses are tried first, by how many there are. */
const FEW_WAIT_MS = 11 * SECOND_MS
const MANY_WAIT_MS = 300 * SECOND_MS
const MANY_ADDRESSES = 1000
/** Addresses taken from one server. */
const MAX_ADDRESSES = 32
/** Services that the servers are asked for, and how old their answers count: three to seven days, in seconds. */
const SERVICES = NODE_NETWORK | NODE_WITNESS
const LEAST_AGE = 3 * 86_400
const MORE_AGE = 4 * 86_400

/** Asks DNS seeds for addresses of nodes where few are known and those do not lead to peers. */
export class DnsSeeding {
  readonly #fields: DnsSeedingFields
  #stopped = false
  #found = 0
  #wake: () => void = () => undefined

  constructor(fields: DnsSeedingFields) {
    this.#fields = fields
  }

  stop(): void {
    this.#stopped = true
    this.#wake()
  }

  async run(): Promise<void> {
    const { book, forced, seedNodesFirst } = this.#fields
    logTask(this.#fields.logger, 'dnsseed')
    const foundPeers = seedNodesFirst && (await this.#awaitSeedNodes())
    if (this.#stopped) return
    const everyone = forced || book.size() === 0
    if (foundPeers && !everyone) {
      this.#log('Skipping DNS seeds. Enough peers have been found')
      return
    }
    const seeds = this.#shuffled()
    if (!(await this.#askAll(seeds, everyone ? seeds.length : 0))) return
    this.#log(`${this.#found} addresses found from DNS seeds`)
  }

  #log(text: string): void {
    this.#fields.logger.log('info', text)
  }

  /** True once the time is over; at once when stopped. */
  #sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.#stopped) return resolve()
      const cancel = this.#fields.clock.schedule(milliseconds, resolve)
      this.#wake = () => {
        cancel()
        resolve()
      }
    })
  }

  #hasEnoughPeers(): boolean {
    return this.#fields.fullRelayPeers() >= ENOUGH_PEERS
  }

  /** True if the peers that were named led to others. */
  async #awaitSeedNodes(): Promise<boolean> {
    const { clock } = this.#fields
    const start = clock.now()
    const seconds = SEED_NODES_MS / SECOND_MS
    this.#log(`-seednode enabled. Trying the provided seeds for ${seconds} seconds before defaulting to the dnsseeds.`)
    for (;;) {
      await this.#sleep(LOOK_INTERVAL_MS)
      if (this.#stopped) return false
      if (clock.now() > start + SEED_NODES_MS) {
        this.#log("Couldn't connect to enough peers via seed nodes. Handing fetch logic to the DNS seeds.")
        return false
      }
      if (!this.#hasEnoughPeers()) continue
      this.#log('P2P peers available. Finished fetching data from seed nodes.')
      return true
    }
  }

  #shuffled(): string[] {
    const keyed = this.#fields.seeds.map((seed) => ({ seed, key: randomFraction(this.#fields.entropy) }))
    return keyed.sort((a, b) => a.key - b.key).map(({ seed }) => seed)
  }

  /** False if there was no need to ask all, or no time. */
  async #askAll(seeds: readonly string[], first: number): Promise<boolean> {
    const { book } = this.#fields
    const wait = book.size() >= MANY_ADDRESSES ? MANY_WAIT_MS : FEW_WAIT_MS
    let rightNow = first
    for (const seed of seeds) {
      if (rightNow === 0) {
        rightNow = AT_ONCE
        if (book.size() > 0 && !(await this.#awaitNeed(wait))) return false
      }
      await this.#awaitNetwork()
      if (this.#stopped) return false
      this.#log(`Loading addresses from DNS seed ${seed}`)
      await this.#ask(seed)
      rightNow--
    }
    return !this.#stopped
  }

  /** True if what is known has not led to peers after some time. */
  async #awaitNeed(wait: number): Promise<boolean> {
    this.#log(`Waiting ${wait / SECOND_MS} seconds before querying DNS seeds.`)
    for (let left = wait; left > 0; left -= FEW_WAIT_MS) {
      await this.#sleep(Math.min(FEW_WAIT_MS, left))
      if (this.#stopped) return false
      if (!this.#hasEnoughPeers()) continue
      if (this.#found > 0) this.#log(`${this.#found} addresses found from DNS seeds`)
      this.#log(`P2P peers available. ${this.#found > 0 ? 'Finished' : 'Skipped'} DNS seeding.`)
      return false
    }
    return true
  }

  async #awaitNetwork(): Promise<void> {
    const { isActive } = this.#fields
    if (isActive()) return
    this.#log('Waiting for network to be reactivated before querying DNS seeds.')
    while (!isActive() && !this.#stopped) await this.#sleep(SECOND_MS)
  }

  /** A server that knows no nodes of the wanted services, or whose name is a proxy's to look up, is asked as a node. */
  async #ask(seed: string): Promise<void> {
    const { lookUp, fetchFrom, book, clock, entropy, defaultPort } = this.#fields
    const name = `x${SERVICES.toString(16)}.${seed}`
    const texts = (await lookUp?.(name)) ?? []
    const hosts = texts.slice(0, MAX_ADDRESSES).flatMap((text) => parseHost(text) ?? [])
    if (this.#stopped) return
    if (hosts.length === 0) {
      fetchFrom(seed)
      return
    }
    const now = Math.floor(clock.now() / 1000)
    const addresses = hosts.map((host) => {
      const time = now - LEAST_AGE - Math.floor(randomFraction(entropy) * MORE_AGE)
      return { ...host, port: defaultPort, services: SERVICES, time }
    })
    this.#found += addresses.length
    book.add(addresses, internalHost(name), { now })
  }
}
