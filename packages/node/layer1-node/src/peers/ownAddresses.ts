import { networkInterfaces } from 'node:os'
import { formatService, LOCAL_SCORE, LocalAddresses, parseHost, parseService, type Service, toCjdns } from '@ply/p2p'
import type { Logger } from '@ply/ports'
import type { ConnectionSettings } from './connectionSettings.ts'

/** Addresses of this machine, but not those that lead back to itself. */
export const systemInterfaces = (): readonly string[] =>
  Object.values(networkInterfaces()).flatMap((addresses = []) =>
    addresses.filter(({ internal }) => !internal).map(({ address }) => address),
  )

export interface OwnAddressesFields {
  readonly settings: ConnectionSettings
  readonly isReachable: (network: number) => boolean
  /** Undefined: no address is to stand in the log. */
  readonly logger: Logger | undefined
}

export interface Listening {
  /** `host:port` of everything that we listen on and may tell of. */
  readonly addresses: readonly string[]
  /** Everywhere on this machine. */
  readonly everywhere: boolean
  /** Addresses of the interfaces of this machine. */
  readonly interfaces: () => readonly string[]
}

/** Where others can reach us, by what the operator says, what we listen on, and what this machine has. */
export class OwnAddresses {
  readonly known: LocalAddresses
  readonly #fields: OwnAddressesFields

  constructor(fields: OwnAddressesFields) {
    const { settings, isReachable } = fields
    this.#fields = fields
    this.known = new LocalAddresses({ discover: settings.discover, isReachable })
    for (const service of settings.ownAddresses) this.#add(service, LOCAL_SCORE.named, true)
  }

  /** We listen; where that is everywhere, all addresses of this machine are ours. */
  listening({ addresses, everywhere, interfaces }: Listening): void {
    const { discover, listenPort } = this.#fields.settings
    if (!discover) return
    for (const address of addresses) {
      const service = parseService(address, 0)
      if (service) this.#add(service, LOCAL_SCORE.bound)
    }
    if (!everywhere) return
    for (const text of interfaces()) {
      // A zone says by which interface a link-local address is reached.
      const host = parseHost(text.replace(/%.*/, ''))
      if (host) this.#add({ ...host, port: listenPort }, LOCAL_SCORE.interface)
    }
  }

  #add(service: Service, score: number, anyNetwork = false): void {
    const own = this.#fields.settings.cjdns ? toCjdns(service) : service
    if (!this.known.add(own, score, { anyNetwork })) return
    this.#fields.logger?.log('info', `AddLocal(${formatService(own)},${score})`)
  }
}
