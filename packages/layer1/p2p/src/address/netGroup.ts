import { NETWORK_CJDNS, NETWORK_I2P, NETWORK_TORV3 } from '../message/netAddress.ts'
import { type Host, NETWORK_NAMES } from './host.ts'
import { hasPrefix, isLocalHost, isRoutable, linkedIpv4 } from './routable.ts'

/** Hurricane Electric gives its customers /48 networks out of one /32. */
const HE_NET = { prefix: [0x20, 0x01, 0x04, 0x70], bits: 32 }

const UNROUTABLE = 0

/** Bitcoin Core's number of the network a host counts as: 1 IPv4, 2 IPv6, 3 Tor, 4 I2P, 5 CJDNS, 0 unroutable. */
export function netClass(host: Host): number {
  if (!isRoutable(host)) return UNROUTABLE
  if (linkedIpv4(host)) return 1
  return NETWORK_NAMES.findIndex(([, network]) => network === host.network) + 1
}

function groupBits(host: Host): number {
  if (isLocalHost(host) || !isRoutable(host)) return 0
  switch (host.network) {
    case NETWORK_TORV3:
    case NETWORK_I2P:
      return 4
    case NETWORK_CJDNS:
      // Behind the byte that all of them share.
      return 12
    default:
      return hasPrefix(host.address, HE_NET) ? 36 : 32
  }
}

/**
 * Whom one operator may well control: /16 of IPv4, /32 of IPv6, a few bits of key-based networks. Neither addresses we
 * keep nor connections we make may be too many of one group. The answer is what Bitcoin Core's hashes are fed with.
 */
export function computeNetGroup(host: Host): Uint8Array {
  const group = [netClass(host)]
  const ipv4 = isRoutable(host) ? linkedIpv4(host) : undefined
  if (ipv4) return Uint8Array.of(...group, ipv4[0]!, ipv4[1]!)
  const bits = groupBits(host)
  const whole = bits >> 3
  group.push(...host.address.subarray(0, whole))
  if (bits % 8 > 0) group.push(host.address[whole]! | (0xff >> (bits % 8)))
  return Uint8Array.from(group)
}
