import { NETWORK_CJDNS, NETWORK_I2P, NETWORK_IPV4, NETWORK_IPV6, NETWORK_TORV3 } from '../message/netAddress.ts'
import type { Host } from './host.ts'
import { isRoutable, tunnelOf } from './routable.ts'

/** How well an address can be reached, the worst first. */
const REACHABILITY = ['no', 'default', 'teredo', 'ipv6-weak', 'ipv4', 'ipv6-strong', 'private'] as const
type Reachability = (typeof REACHABILITY)[number]

type Kind = 'unroutable' | 'teredo' | 'ipv4' | 'ipv6' | 'onion' | 'i2p' | 'cjdns'

function kindOf(host: Host | undefined): Kind {
  if (!host || !isRoutable(host)) return 'unroutable'
  switch (host.network) {
    case NETWORK_IPV4:
      return 'ipv4'
    case NETWORK_IPV6:
      return tunnelOf(host) === 'teredo' ? 'teredo' : 'ipv6'
    case NETWORK_TORV3:
      return 'onion'
    case NETWORK_I2P:
      return 'i2p'
    case NETWORK_CJDNS:
      return 'cjdns'
    default:
      return 'unroutable'
  }
}

/** For each kind of peer, the addresses that it reaches better than others. Tor leads to IPv4, too. */
const PREFERRED: Readonly<Record<Kind, Readonly<Partial<Record<Kind, Reachability>>>>> = {
  ipv4: { ipv4: 'ipv4' },
  ipv6: { teredo: 'teredo', ipv4: 'ipv4', ipv6: 'ipv6-strong' },
  onion: { ipv4: 'ipv4', onion: 'private' },
  i2p: { i2p: 'private' },
  cjdns: { cjdns: 'private' },
  teredo: { teredo: 'teredo', ipv6: 'ipv6-weak', ipv4: 'ipv4' },
  unroutable: { teredo: 'teredo', ipv6: 'ipv6-weak', ipv4: 'ipv4', onion: 'private' },
}

/** How well a host can reach the address `own`: a number to compare with those of other addresses. */
export function computeReachability(own: Host, from: Host | undefined): number {
  const kind = kindOf(own)
  if (kind === 'unroutable') return REACHABILITY.indexOf('no')
  const partner = kindOf(from)
  const found = PREFERRED[partner][kind] ?? 'default'
  // A tunnel makes an address IPv6 that is none.
  const weak = found === 'ipv6-strong' && tunnelOf(own) === 'ipv4'
  return REACHABILITY.indexOf(weak ? 'ipv6-weak' : found)
}
