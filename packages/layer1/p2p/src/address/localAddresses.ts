import { type Host, hostKey, type Service } from './host.ts'
import { computeReachability } from './reachability.ts'
import { isPrivacyNetwork, isRoutable } from './routable.ts'

/** How sure it is that others can reach us there; Bitcoin Core's numbers. */
export const LOCAL_SCORE = { interface: 1, bound: 2, mapped: 3, named: 4 } as const

export interface LocalAddress {
  readonly service: Service
  readonly score: number
}

/** How a peer is connected: where it is, and the network that the connection went through. */
export interface PeerWhereabouts {
  readonly host: Host | undefined
  readonly network: number | undefined
}

export interface LocalAddressesFields {
  /** Take also what nobody named. */
  readonly discover: boolean
  /** True for a network that we can connect to. */
  readonly isReachable: (network: number) => boolean
}

const MAX_SCORE = 0x7fffffff

/** Where others can reach us: one port for each host. Services in Tor and I2P come and go while the node runs. */
export class LocalAddresses {
  readonly #fields: LocalAddressesFields
  readonly #known = new Map<string, LocalAddress>()

  constructor(fields: LocalAddressesFields = { discover: true, isReachable: () => true }) {
    this.#fields = fields
  }

  /** What peers say of where we are counts, too. */
  get discovers(): boolean {
    return this.#fields.discover
  }

  /**
   * What is said again is surer; who is as sure names the port. False for an address that is passed over: one that nobody
   * outside can reach, or of a network that we cannot connect to, unless it is named for `anyNetwork`.
   */
  add(service: Service, score: number, { anyNetwork = false } = {}): boolean {
    const { discover, isReachable } = this.#fields
    if (!isRoutable(service) || (!discover && score < LOCAL_SCORE.named)) return false
    if (!anyNetwork && !isReachable(service.network)) return false
    const key = hostKey(service)
    const old = this.#known.get(key)
    if (!old) this.#known.set(key, { service, score })
    else if (score >= old.score) this.#known.set(key, { service, score: score + 1 })
    return true
  }

  remove(service: Service): void {
    this.#known.delete(hostKey(service))
  }

  /** A peer that came to us found us there. */
  seen(host: Host): void {
    const old = this.#known.get(hostKey(host))
    if (old) this.#known.set(hostKey(host), { ...old, score: Math.min(old.score + 1, MAX_SCORE) })
  }

  /** By network and address. */
  list(): readonly LocalAddress[] {
    return [...this.#known].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, local]) => local)
  }

  /**
   * The one to tell a peer: that it can best reach, and among those the surest. What we are called in a network of keys
   * stays within that network, and what we are called elsewhere outside of it: nobody learns that both are the same.
   */
  bestFor({ host, network }: PeerWhereabouts): LocalAddress | undefined {
    const isHidden = (each: number | undefined): boolean => each !== undefined && isPrivacyNetwork({ network: each })
    let best: (LocalAddress & { readonly reach: number }) | undefined
    for (const local of this.list()) {
      const ours = local.service.network
      if (ours !== network && (isHidden(ours) || isHidden(network))) continue
      const reach = computeReachability(local.service, host)
      if (!best || reach > best.reach || (reach === best.reach && local.score > best.score)) best = { ...local, reach }
    }
    return best
  }
}
