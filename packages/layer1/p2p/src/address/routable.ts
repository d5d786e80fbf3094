import { NETWORK_CJDNS, NETWORK_IPV4, NETWORK_IPV6 } from '../message/netAddress.ts'
import { type Host, isKnownHost } from './host.ts'
import { isInternal } from './internal.ts'

/** A range of addresses: all that begin with these bits. */
interface Range {
  readonly prefix: readonly number[]
  readonly bits: number
}

const range = (bits: number, ...prefix: number[]): Range => ({ prefix, bits })

export function hasPrefix(address: Uint8Array, { prefix, bits }: Range): boolean {
  return prefix.every((byte, i) => {
    const mask = 0xff00 >> Math.min(8, Math.max(0, bits - 8 * i))
    return ((address[i]! ^ byte) & mask & 0xff) === 0
  })
}

const inAny = (address: Uint8Array, ranges: readonly Range[]): boolean =>
  ranges.some((candidate) => hasPrefix(address, candidate))

/** IPv4 that nobody can reach from outside. */
const PRIVATE_IPV4: readonly Range[] = [
  // RFC 1918, private
  range(8, 10),
  range(16, 192, 168),
  range(12, 172, 16),
  // RFC 2544, benchmarks
  range(15, 198, 18),
  // RFC 3927, link-local
  range(16, 169, 254),
  // RFC 6598, behind the provider's NAT
  range(10, 100, 64),
  // RFC 5737, documentation
  range(24, 192, 0, 2),
  range(24, 198, 51, 100),
  range(24, 203, 0, 113),
]
const LOCAL_IPV4: readonly Range[] = [range(8, 127), range(8, 0)]

const PRIVATE_IPV6: readonly Range[] = [
  // RFC 4862, link-local
  range(64, 0xfe, 0x80, 0, 0, 0, 0, 0, 0),
  // RFC 4193, unique local
  range(7, 0xfc),
  // RFC 4843 and RFC 7343, ORCHID
  range(28, 0x20, 0x01, 0x00, 0x10),
  range(28, 0x20, 0x01, 0x00, 0x20),
]
/** RFC 3849, documentation. */
const DOCUMENTATION_IPV6 = range(32, 0x20, 0x01, 0x0d, 0xb8)
/** Of Bitcoin Core's own: Tor's addresses before version 3, dressed as IPv6. */
const TORV2_IPV6 = range(48, 0xfd, 0x87, 0xd8, 0x7e, 0xeb, 0x43)

/** IPv6 ranges that carry an IPv4 address, and where in them. */
const LINKED_IPV4: readonly (Range & { readonly at: number; readonly teredo?: true })[] = [
  // RFC 6145, SIIT
  { ...range(96, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0), at: 12 },
  // RFC 6052, NAT64
  { ...range(96, 0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0), at: 12 },
  // RFC 3964, 6to4
  { ...range(16, 0x20, 0x02), at: 2 },
  // RFC 4380, Teredo
  { ...range(32, 0x20, 0x01, 0, 0), at: 12, teredo: true },
]

/** The first byte of every CJDNS address. */
const CJDNS_PREFIX = 0xfc

/** True for this machine. */
export function isLocalHost({ network, address }: Host): boolean {
  if (network === NETWORK_IPV4) return inAny(address, LOCAL_IPV4)
  return network === NETWORK_IPV6 && address.every((byte, i) => byte === (i === 15 ? 1 : 0))
}

/** True for an address that can be somebody's. */
export function isValidHost(host: Host): boolean {
  const { network, address } = host
  if (!isKnownHost(host)) return false
  if (network === NETWORK_IPV4) return !address.every((byte) => byte === 0) && !address.every((byte) => byte === 255)
  if (network === NETWORK_CJDNS) return address[0] === CJDNS_PREFIX
  if (network !== NETWORK_IPV6) return true
  if (address.every((byte) => byte === 0)) return false
  return !hasPrefix(address, DOCUMENTATION_IPV6) && !isInternal(host) && !hasPrefix(address, TORV2_IPV6)
}

/** True for an address that can be reached from anywhere in its network. */
export function isRoutable(host: Host): boolean {
  if (!isValidHost(host) || isLocalHost(host)) return false
  if (host.network === NETWORK_IPV4) return !inAny(host.address, PRIVATE_IPV4)
  return host.network !== NETWORK_IPV6 || !inAny(host.address, PRIVATE_IPV6)
}

const tunnelRange = ({ address }: Host) => LINKED_IPV4.find((candidate) => hasPrefix(address, candidate))

/** What an IPv6 address is a dress for: an IPv4 address, or one behind a NAT that Teredo reaches. */
export function tunnelOf(host: Host): 'ipv4' | 'teredo' | undefined {
  const found = host.network === NETWORK_IPV6 ? tunnelRange(host) : undefined
  return found && (found.teredo ? 'teredo' : 'ipv4')
}

/** The IPv4 address that a routable host is or is a dress for. */
export function linkedIpv4(host: Host): Uint8Array | undefined {
  if (host.network === NETWORK_IPV4) return host.address
  if (host.network !== NETWORK_IPV6 || !isRoutable(host)) return undefined
  const found = tunnelRange(host)
  if (!found) return undefined
  const ipv4 = host.address.slice(found.at, found.at + 4)
  return found.teredo ? ipv4.map((byte) => ~byte) : ipv4
}

/** True for hosts whose address is a key and says nothing about where they are. */
export const isPrivacyNetwork = ({ network }: Pick<Host, 'network'>): boolean =>
  network !== NETWORK_IPV4 && network !== NETWORK_IPV6
