import { concatBytes } from '@ply/bytes'
import { hash256 } from '@ply/crypto'
import { NETWORK_CJDNS, NETWORK_I2P, NETWORK_IPV4, NETWORK_TORV3, toMappedIp } from '../message/netAddress.ts'
import { findAsn } from './asmap/findAsn.ts'
import { type Host, NETWORK_NAMES } from './host.ts'
import { internalHash, isInternal } from './internal.ts'
import { hasPrefix, isLocalHost, isRoutable, linkedIpv4 } from './routable.ts'

/** Hurricane Electric gives its customers /48 networks out of one /32. */
const HE_NET = { prefix: [0x20, 0x01, 0x04, 0x70], bits: 32 }

const UNROUTABLE = 0
const CLASS_IPV4 = 1
const CLASS_IPV6 = 2
const CLASS_INTERNAL = 6

/**
 * Bitcoin Core's number of the network a host counts as: 1 IPv4, 2 IPv6, 3 Tor, 4 I2P, 5 CJDNS, 6 a name, 0
 * unroutable.
 */
export function netClass(host: Host): number {
  if (isInternal(host)) return CLASS_INTERNAL
  if (!isRoutable(host)) return UNROUTABLE
  if (linkedIpv4(host)) return CLASS_IPV4
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

/** Of IP the /16 of IPv4 and the /32 of IPv6, of others a few bits. */
function prefixGroup(host: Host): Uint8Array {
  const group = [netClass(host)]
  if (isInternal(host)) return Uint8Array.from([...group, ...internalHash(host)])
  const ipv4 = isRoutable(host) ? linkedIpv4(host) : undefined
  if (ipv4) return Uint8Array.of(...group, ipv4[0]!, ipv4[1]!)
  const bits = groupBits(host)
  const whole = bits >> 3
  group.push(...host.address.subarray(0, whole))
  if (bits % 8 > 0) group.push(host.address[whole]! | (0xff >> (bits % 8)))
  return Uint8Array.from(group)
}

/**
 * Whom one operator may well control: neither addresses we keep nor connections we make may be too many of one group.
 * With a map, hosts in IP are grouped by the autonomous system that they are in, else by the beginning of their address.
 */
export class NetGroups {
  readonly #map: Uint8Array | undefined
  /** What the map is known by, in internal byte order; zeros without one. */
  readonly version: Uint8Array

  /** Of the map, `checkAsmap` must have found nothing wrong. */
  constructor(map?: Uint8Array) {
    this.#map = map
    this.version = map ? hash256(map) : new Uint8Array(32)
  }

  /** True if there is a map. */
  get usesMap(): boolean {
    return this.#map !== undefined
  }

  /** The autonomous system that a host is in; 0 if that is not known. */
  asnOf(host: Host): number {
    if (!this.#map) return 0
    const kind = netClass(host)
    if (kind !== CLASS_IPV4 && kind !== CLASS_IPV6) return 0
    const ipv4 = linkedIpv4(host)
    const address = ipv4 ? toMappedIp(NETWORK_IPV4, ipv4)! : host.address
    return findAsn(this.#map, address)
  }

  /** The group of a host: what Bitcoin Core's hashes are fed with. */
  groupOf(host: Host): Uint8Array {
    const asn = this.asnOf(host)
    if (asn === 0) return prefixGroup(host)
    // The same for IPv4 and IPv6.
    const number = new Uint8Array(4)
    new DataView(number.buffer).setUint32(0, asn, true)
    return concatBytes(Uint8Array.of(CLASS_IPV6), number)
  }
}
