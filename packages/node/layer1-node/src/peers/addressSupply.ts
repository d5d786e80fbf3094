import type { Clock, Entropy, Logger } from '@ply/ports'
import type { NetworkParameters } from '@ply/primitives'
import { logTask } from '../logTask.ts'
import { watchAsmapHealth } from './asmapHealth.ts'
import type { PeerService } from './peerService.ts'
import { dnsSeedsOf } from './seeds/dnsSeeds.ts'
import { DnsSeeding } from './seeds/dnsSeeding.ts'
import { FixedSeeding } from './seeds/fixedSeeding.ts'

export interface AddressSupplyFields {
  readonly network: NetworkParameters
  readonly clock: Clock
  readonly entropy: Entropy
  readonly logger: Logger
  readonly peers: PeerService
  /** Addresses of a name. */
  lookUp(name: string): Promise<readonly string[]>
}

/** Sees to it that there are addresses to connect to: from DNS seeds, and from what is built in where those do not help. */
export class AddressSupply {
  readonly #dnsSeeding: DnsSeeding | undefined
  readonly #endings: (() => void)[] = []

  /** Begins. All that the operator named must be known to the dialer by then. */
  constructor(fields: AddressSupplyFields) {
    const { clock, logger, peers } = fields
    this.#endings.push(watchAsmapHealth({ book: peers.book, clock, logger }))
    this.#dnsSeeding = this.#startDnsSeeding(fields)
    logTask(logger, 'addcon')
    if (peers.settings.automatic) this.#startFixedSeeding(fields)
  }

  #startDnsSeeding({ network, clock, entropy, logger, peers, lookUp }: AddressSupplyFields): DnsSeeding | undefined {
    const { dnsSeeds, dnsSeedNames, namesByProxy, seeds } = peers.settings
    if (dnsSeeds === 'off') {
      logger.log('info', 'DNS seeding disabled')
      return undefined
    }
    const seeding = new DnsSeeding({
      ...{ clock, entropy, logger, book: peers.book, defaultPort: network.defaultPort },
      seeds: dnsSeedNames ?? dnsSeedsOf(network),
      forced: dnsSeeds === 'always',
      seedNodesFirst: seeds.length > 0,
      lookUp: namesByProxy ? undefined : lookUp,
      fetchFrom: (seed) => peers.dialer.fetchFrom(seed),
      fullRelayPeers: () => peers.peers().filter(({ kind, ready }) => kind === 'outbound' && ready).length,
      isActive: () => peers.active,
    })
    seeding.run().catch((error: unknown) => logger.log('error', 'DNS seeding ended', { error }))
    return seeding
  }

  #startFixedSeeding({ network, clock, entropy, logger, peers }: AddressSupplyFields): void {
    const { fixedSeeds, dnsSeeds, seeds } = peers.settings
    logTask(logger, 'opencon')
    if (!fixedSeeds) {
      logger.log('info', 'Fixed seeds are disabled')
      return
    }
    const seeding = new FixedSeeding({
      ...{ network, clock, entropy, logger, book: peers.book },
      isReachable: (id) => peers.reachability.has(id),
      isAlone: () => dnsSeeds === 'off' && seeds.length === 0 && peers.dialer.named().length === 0,
    })
    this.#endings.push(peers.subscribe(() => seeding.tick()))
  }

  stop(): void {
    this.#dnsSeeding?.stop()
    for (const end of this.#endings.splice(0)) end()
  }
}
