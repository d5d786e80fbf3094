import { createTcpTransport } from '@ply/net'
import { formatService, LOCAL_SCORE, type LocalAddresses, parseService, type Service } from '@ply/p2p'
import type { Clock, Connection, Entropy, Logger } from '@ply/ports'
import { findGateways } from '../portMapping/defaultGateway.ts'
import { PortMapper } from '../portMapping/portMapper.ts'
import { TorController } from '../tor/torController.ts'
import type { TorSettings } from '../tor/torSettings.ts'
import type { I2pService } from './connectionEnds.ts'
import { systemInterfaces } from './ownAddresses.ts'
import type { Reachability } from './reachability.ts'

export interface WaysInFields {
  readonly reachability: Reachability
  readonly localAddresses: LocalAddresses
  readonly clock: Clock
  readonly entropy: Entropy
  readonly logger: Logger
  /** The network's usual port. */
  readonly port: number
  /** `host:port` that peers come to, once they can. */
  listening(): string | undefined
  /** A peer came. */
  accept(connection: Connection): void
}

/** By which others reach us beside our own addresses: services in Tor and I2P, and a port of the router. */
export class WaysIn {
  readonly #fields: WaysInFields
  readonly #stops: (() => Promise<void> | void)[] = []

  constructor(fields: WaysInFields) {
    this.#fields = fields
  }

  /** Has the router lead the port to us that peers come to; `announce`: others are told. */
  mapPort({ announce }: { readonly announce: boolean }): void {
    const { listening, clock, entropy, logger } = this.#fields
    const port = portOf(listening())
    if (port === 0) return
    const mapper = new PortMapper({
      ...{ port, clock, entropy, logger, findGateways, ownAddresses: systemInterfaces },
      mapped: (external) => {
        if (announce) this.#up(external, LOCAL_SCORE.mapped)
      },
    })
    this.#stops.push(() => mapper.stop())
  }

  /** Has Tor lead an onion service to us; its key is kept in a file. */
  serveOnion(settings: TorSettings, keyFile: string): void {
    const { reachability, clock, entropy, logger, port } = this.#fields
    const controller = new TorController({
      ...{ settings, keyFile, clock, entropy, logger, port },
      // The control port is reached directly, whatever proxies there are.
      transport: createTcpTransport(),
      foundProxy: (address) => reachability.foundTorProxy(address),
      serviceUp: (service) => this.#up(service, LOCAL_SCORE.named),
      serviceDown: (service) => this.#down(service),
    })
    this.#stops.push(() => controller.stop())
  }

  /** Lets peers in I2P come. */
  serveI2p(service: I2pService): void {
    let own: Service | undefined
    const listening = (address: string | undefined): void => {
      if (own) this.#down(own)
      own = address === undefined ? undefined : parseService(address, 0)
      if (own) this.#up(own, LOCAL_SCORE.named)
    }
    const accepted = (connection: Connection): void => this.#fields.accept(connection)
    const stop = service.serve({ accepted, listening }, this.#fields.clock)
    this.#stops.push(stop, () => service.close())
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops.splice(0)) await stop()
  }

  /** Others can reach us there, if that is a network that we are in ourselves. */
  #up(service: Service, score: number): void {
    const { reachability, localAddresses, logger } = this.#fields
    if (!reachability.has(service.network)) return
    logger.child('net').log('info', `AddLocal(${formatService(service)},${score})`)
    localAddresses.add(service, score)
  }

  #down(service: Service): void {
    this.#fields.logger.child('net').log('info', `RemoveLocal(${formatService(service)})`)
    this.#fields.localAddresses.remove(service)
  }
}

/** The port of `host:port`; 0 for none. */
const portOf = (address: string | undefined): number => Number(address?.slice(address.lastIndexOf(':') + 1) ?? 0)
