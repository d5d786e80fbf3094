import { ipSubnetIncludes, maskIp, parsePrefixLength, splitAtSlash } from '@ply/bytes'
import { NETWORK_IPV4, NETWORK_IPV6 } from '../message/netAddress.ts'
import type { Host } from './host.ts'
import { isValidHost } from './routable.ts'
import { formatHost, parseHost } from './text.ts'

/** All hosts of a network whose address begins with some bits; outside of IP always one host alone. */
export interface Subnet extends Host {
  readonly bits: number
}

const hasRanges = ({ network }: Host): boolean => network === NETWORK_IPV4 || network === NETWORK_IPV6

/** The subnet that is one host. */
export const hostSubnet = (host: Host): Subnet => ({
  network: host.network,
  address: host.address,
  bits: 8 * host.address.length,
})

/** `1.2.3.0/24`, `1.2.3.0/255.255.255.0`, `2001:4d48::/32`, or one host. Undefined for anything else. */
export function parseSubnet(text: string): Subnet | undefined {
  const [before, behind] = splitAtSlash(text)
  const host = parseHost(before)
  if (!host) return undefined
  if (behind === undefined) return hostSubnet(host)
  const bits = hasRanges(host) ? parsePrefixLength(behind, host.address.length) : undefined
  return bits === undefined ? undefined : { network: host.network, address: maskIp(host.address, bits), bits }
}

export const formatSubnet = (subnet: Subnet): string =>
  hasRanges(subnet) ? `${formatHost(subnet)}/${subnet.bits}` : formatHost(subnet)

/** True if the host is in the subnet. */
export function subnetIncludes(subnet: Subnet, host: Host): boolean {
  if (subnet.network !== host.network || !isValidHost(host)) return false
  return ipSubnetIncludes(subnet, host.address)
}
