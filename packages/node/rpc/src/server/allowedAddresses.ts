import { err, type IpSubnet, ipSubnetIncludes, ok, parseIp, parseIpSubnet, type Result } from '@ply/bytes'

/** True for an address that may call. */
export type AddressFilter = (address: string) => boolean

/** This machine. */
const LOCAL: readonly IpSubnet[] = [
  { address: Uint8Array.of(127, 0, 0, 0), bits: 8 },
  { address: Uint8Array.from({ length: 16 }, (_, i) => (i === 15 ? 1 : 0)), bits: 128 },
]

/** FC00::/8 is private (RFC 4193), or CJDNS where this machine is in it. */
const isCjdnsRange = ({ address }: IpSubnet): boolean => address.length === 16 && address[0] === 0xfc

/**
 * `-rpcallowip`: an address, or a network with its prefix or netmask. This machine itself may always call. Violation:
 * Bitcoin Core's words.
 */
export function parseAllowedAddresses(
  texts: readonly string[],
  { cjdns = false }: { readonly cjdns?: boolean } = {},
): Result<AddressFilter, string> {
  const allowed = [...LOCAL]
  for (const text of texts) {
    const subnet = parseIpSubnet(text)
    if (!subnet || (cjdns && isCjdnsRange(subnet))) {
      return err(
        `Invalid -rpcallowip subnet specification: ${text}. Valid values are a single IP (e.g. 1.2.3.4), a network/netmask (e.g. 1.2.3.4/255.255.255.0), a network/CIDR (e.g. 1.2.3.4/24), all ipv4 (0.0.0.0/0), or all ipv6 (::/0). RFC4193 is allowed only if -cjdnsreachable=0.`,
      )
    }
    allowed.push(subnet)
  }
  const mayCall = (address: string): boolean => {
    // A zone says by which interface a link-local address is reached.
    const ip = parseIp(address.replace(/%.*/, ''))
    return ip !== undefined && allowed.some((subnet) => ipSubnetIncludes(subnet, ip))
  }
  // Most calls come from where the last one came from.
  let last = { address: '', allowed: false }
  return ok((address) => {
    if (address !== last.address) last = { address, allowed: mayCall(address) }
    return last.allowed
  })
}
