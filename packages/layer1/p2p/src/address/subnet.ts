import { equalBytes } from '@ply/bytes'
import { NETWORK_IPV4, NETWORK_IPV6 } from '../message/netAddress.ts'
import type { Host } from './host.ts'
import { isValidHost } from './routable.ts'
import { formatHost, parseHost } from './text.ts'

/** All hosts of a network whose address begins with some bits; outside of IP always one host alone. */
export interface Subnet extends Host {
  readonly bits: number
}

const hasRanges = ({ network }: Host): boolean => network === NETWORK_IPV4 || network === NETWORK_IPV6

const maskOf = (length: number, bits: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => 0xff00 >> Math.min(8, Math.max(0, bits - 8 * i)))

const masked = (address: Uint8Array, bits: number): Uint8Array => {
  const mask = maskOf(address.length, bits)
  return address.map((byte, i) => byte & mask[i]!)
}

/** The subnet that is one host. */
export const hostSubnet = (host: Host): Subnet => ({
  network: host.network,
  address: host.address,
  bits: 8 * host.address.length,
})

/** Bits of a netmask such as 255.255.0.0; undefined for one with holes. */
function netmaskBits(mask: Uint8Array): number | undefined {
  for (let bits = 0; bits <= 8 * mask.length; bits++) if (equalBytes(maskOf(mask.length, bits), mask)) return bits
  return undefined
}

/** `1.2.3.0/24`, `1.2.3.0/255.255.255.0`, `2001:4d48::/32`, or one host. Undefined for anything else. */
export function parseSubnet(text: string): Subnet | undefined {
  const slash = text.lastIndexOf('/')
  const host = parseHost(slash < 0 ? text : text.slice(0, slash))
  if (!host) return undefined
  if (slash < 0) return hostSubnet(host)
  const range = text.slice(slash + 1)
  if (!hasRanges(host)) return undefined
  const mask = /^\d+$/.test(range) ? undefined : parseHost(range)
  if (mask && mask.network !== host.network) return undefined
  const bits = mask ? netmaskBits(mask.address) : /^\d{1,3}$/.test(range) ? Number(range) : undefined
  if (bits === undefined || bits > 8 * host.address.length) return undefined
  return { network: host.network, address: masked(host.address, bits), bits }
}

export const formatSubnet = (subnet: Subnet): string =>
  hasRanges(subnet) ? `${formatHost(subnet)}/${subnet.bits}` : formatHost(subnet)

/** True if the host is in the subnet. */
export function subnetIncludes(subnet: Subnet, host: Host): boolean {
  if (subnet.network !== host.network || !isValidHost(host)) return false
  return equalBytes(masked(host.address, subnet.bits), subnet.address)
}
