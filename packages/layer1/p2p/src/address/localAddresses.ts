import { NETWORK_I2P, NETWORK_IPV4, NETWORK_IPV6, NETWORK_TORV3 } from '../message/netAddress.ts'
import { type Host, type Service, serviceKey } from './host.ts'
import { isRoutable, linkedIpv4 } from './routable.ts'

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

/** Where others can reach us. Services in Tor and I2P come and go while the node runs. */
export class LocalAddresses {
  readonly #known = new Map<string, LocalAddress>()

  /** What is said again is surer. An address that nobody outside can reach is passed over. */
  add(service: Service, score: number): void {
    if (!isRoutable(service)) return
    const key = serviceKey(service)
    const old = this.#known.get(key)
    if (!old) this.#known.set(key, { service, score })
    else if (score >= old.score) this.#known.set(key, { service, score: score + 1 })
  }

  remove(service: Service): void {
    this.#known.delete(serviceKey(service))
  }

  list(): readonly LocalAddress[] {
    return [...this.#known.values()]
  }

  /**
   * The one to tell a peer: that it can best reach, and among those the surest. What we are called in Tor or I2P stays
   * within that network, and what we are called elsewhere outside of it: nobody learns that both are the same.
   */
  bestFor({ host, network }: PeerWhereabouts): Service | undefined {
    let best: (LocalAddress & { readonly reach: number }) | undefined
    for (const local of this.#known.values()) {
      const ours = local.service.network
      if (ours !== network && (isHidden(ours) || isHidden(network))) continue
      const reach = computeReach(local.service, host)
      if (!best || reach > best.reach || (reach === best.reach && local.score > best.score)) best = { ...local, reach }
    }
    return best?.service
  }
}

const isHidden = (network: number | undefined): boolean => network === NETWORK_TORV3 || network === NETWORK_I2P

/** How well somebody there can reach us here; more is better. */
function computeReach(ours: Service, theirs: Host | undefined): number {
  if (ours.network === NETWORK_IPV4) return theirs && isNeither(theirs) ? Reach.some : Reach.ipv4
  const tunnelled = ours.network === NETWORK_IPV6 && linkedIpv4(ours) !== undefined
  if (!theirs || !isRoutable(theirs)) {
    if (ours.network === NETWORK_TORV3) return Reach.same
    return ours.network === NETWORK_IPV6 ? Reach.weak : Reach.some
  }
  if (ours.network !== theirs.network) return Reach.some
  return tunnelled ? Reach.weak : Reach.same
}

const Reach = { some: 1, weak: 2, ipv4: 3, same: 4 } as const

/** True for networks from which IPv4 is not reached. */
const isNeither = (host: Host): boolean =>
  isRoutable(host) && ![NETWORK_IPV4, NETWORK_IPV6, NETWORK_TORV3].includes(host.network)
