import {
  type AddressManager,
  formatService,
  internalHost,
  NETWORK_NAMES,
  NODE_NETWORK,
  NODE_WITNESS,
  randomFraction,
} from '@ply/p2p'
import type { Clock, Entropy, Logger } from '@ply/ports'
import type { NetworkParameters } from '@ply/primitives'
import { fixedSeedsOf } from './fixedSeeds.ts'

export interface FixedSeedingFields {
  readonly network: NetworkParameters
  readonly book: AddressManager
  readonly clock: Clock
  readonly entropy: Entropy
  readonly logger: Logger
  /** True for a BIP 155 network that we can connect to. */
  isReachable(network: number): boolean
  /** Nobody else will fill the book: no DNS seed is asked, and no peer was named. */
  isAlone(): boolean
}

const MINUTE_MS = 60_000
/** Seconds: built-in addresses count as seen one to two weeks ago, so that what peers tell comes first. */
const WEEK = 7 * 24 * 3600

/** Adds built-in addresses, once, of networks of which the book has none: at once where nobody else helps, else after a minute. */
export class FixedSeeding {
  readonly #fields: FixedSeedingFields
  readonly #startedAt: number
  #done = false

  constructor(fields: FixedSeedingFields) {
    this.#fields = fields
    this.#startedAt = fields.clock.now()
  }

  /** What is due now. */
  tick(): void {
    if (this.#done) return
    const { book, logger, clock, isReachable, isAlone } = this.#fields
    const empty = NETWORK_NAMES.map(([, network]) => network).filter(
      (network) => isReachable(network) && !book.knows(network),
    )
    if (empty.length === 0) return
    const late = clock.now() > this.#startedAt + MINUTE_MS
    if (!late && !isAlone()) return
    this.#done = true
    const why = late
      ? '60 seconds have passed and addrman is empty for at least one reachable network'
      : '-dnsseed=0 (or IPv4/IPv6 connections are disabled via -onlynet) and neither -addnode nor -seednode are provided'
    logger.log('info', `Adding fixed seeds as ${why}`)
    this.#add(new Set(empty))
  }

  #add(networks: ReadonlySet<number>): void {
    const { network, book, clock, entropy, logger } = this.#fields
    const now = Math.floor(clock.now() / 1000)
    const net = logger.child('net')
    const seeds = fixedSeedsOf(network).map((seed) => {
      net.log('debug', `Added hardcoded seed: ${formatService(seed)}`)
      const time = now - WEEK - Math.floor(randomFraction(entropy) * WEEK)
      return { ...seed, services: NODE_NETWORK | NODE_WITNESS, time }
    })
    const wanted = seeds.filter((seed) => networks.has(seed.network))
    book.add(wanted, internalHost('fixedseeds'), { now })
    logger.log('info', `Added ${wanted.length} fixed seeds from reachable networks.`)
  }
}
