import { createTcpTransport } from '@ply/net'
import { formatService, LOCAL_SCORE, type LocalAddresses, parseService, type Service } from '@ply/p2p'
import type { Clock, Connection, Entropy, Logger } from '@ply/ports'
import { TorController } from '../tor/torController.ts'
import type { TorSettings } from '../tor/torSettings.ts'
import type { I2pService } from './connectionEnds.ts'
import type { Reachability } from './reachability.ts'

export interface HiddenServicesFields {
  readonly reachability: Reachability
  readonly localAddresses: LocalAddresses
  readonly clock: Clock
  readonly entropy: Entropy
  readonly logger: Logger
  /** The network's usual port. */
  readonly port: number
  /** A peer came. */
  accept(connection: Connection): void
}

/** Our services in Tor and I2P: made where we are asked to, and told to peers while they are there. */
export class HiddenServices {
  readonly #fields: HiddenServicesFields
  readonly #stops: (() => Promise<void> | void)[] = []

  constructor(fields: HiddenServicesFields) {
    this.#fields = fields
  }

  /** Has Tor lead an onion service to us; its key is kept in a file. */
  serveOnion(settings: TorSettings, keyFile: string): void {
    const { reachability, clock, entropy, logger, port } = this.#fields
    const controller = new TorController({
      ...{ settings, keyFile, clock, entropy, logger, port },
      // The control port is reached directly, whatever proxies there are.
      transport: createTcpTransport(),
      foundProxy: (address) => reachability.foundTorProxy(address),
      serviceUp: (service) => this.#up(service),
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
      if (own) this.#up(own)
    }
    const accepted = (connection: Connection): void => this.#fields.accept(connection)
    const stop = service.serve({ accepted, listening }, this.#fields.clock)
    this.#stops.push(stop, () => service.close())
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops.splice(0)) await stop()
  }

  /** Others can reach us there, if that is a network that we are in ourselves. */
  #up(service: Service): void {
    const { reachability, localAddresses, logger } = this.#fields
    if (!reachability.has(service.network)) return
    logger.child('net').log('info', `AddLocal(${formatService(service)},${LOCAL_SCORE.named})`)
    localAddresses.add(service, LOCAL_SCORE.named)
  }

  #down(service: Service): void {
    this.#fields.logger.child('net').log('info', `RemoveLocal(${formatService(service)})`)
    this.#fields.localAddresses.remove(service)
  }
}
