import { type ConnectionKind, type Host, type NetworkName, networkName } from '@ply/p2p'
import type { ConnectWay } from '@ply/ports'
import type { ConnectionSettings } from './connectionSettings.ts'

/** A SOCKS5 proxy, or a router of I2P: `host:port`, or `unix:` and a path. */
export interface Proxy {
  readonly address: string
  /** Each connection through it has credentials of its own. */
  readonly randomize: boolean
}

/** Into which networks there is a way, and by which proxy. The one into Tor may be found while the node runs. */
export class Reachability {
  readonly #settings: ConnectionSettings
  #torProxy: string | undefined

  constructor(settings: ConnectionSettings) {
    this.#settings = settings
  }

  /** Tor said where its proxy is: that one is taken from now on. */
  foundTorProxy(address: string): void {
    this.#torProxy = address
  }

  proxy(name: NetworkName): Proxy | undefined {
    if (name === 'onion' && this.#torProxy !== undefined) return { address: this.#torProxy, randomize: true }
    const address = this.#settings.proxies[name]
    return address === undefined ? undefined : { address, randomize: name !== 'i2p' && this.#settings.randomizeProxies }
  }

  /**
   * How a connection to an address is to be made, where that is not as usual: by the proxy that Tor told of; and nobody
   * is to see who a private connection comes from, so that it goes through Tor where the address is not itself hidden.
   * Throws where that cannot be done.
   */
  way(kind: ConnectionKind, host: Host | undefined): ConnectWay {
    const name = host && networkName(host.network)
    if (kind !== 'private-broadcast') return name === 'onion' ? { proxy: this.#foundProxy() } : {}
    if (name === 'onion' || name === 'i2p') return { proxy: this.proxy(name), hidden: true }
    const proxy = this.proxy('onion')
    if (!proxy) throw new Error('a private connection needs a proxy')
    return { proxy, hidden: true }
  }

  #foundProxy(): Proxy | undefined {
    return this.#torProxy === undefined ? undefined : this.proxy('onion')
  }

  /** IP always, onion services and I2P through a proxy, and CJDNS where this machine is in it; `-onlynet` narrows that. */
  includes(name: NetworkName): boolean {
    const { onlyNetworks, cjdns } = this.#settings
    if (onlyNetworks?.has(name) === false) return false
    if (name === 'ipv4' || name === 'ipv6') return true
    return name === 'cjdns' ? cjdns : this.proxy(name) !== undefined
  }

  /** True for a BIP 155 network that we can connect to. */
  readonly has = (network: number): boolean => {
    const name = networkName(network)
    return name !== undefined && this.includes(name)
  }
}
