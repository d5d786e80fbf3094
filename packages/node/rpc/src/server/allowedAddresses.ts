import { BlockList, isIP } from 'node:net'
import { err, ok, type Result } from '@ply/bytes'

/** True for an address that may call. */
export type AddressFilter = (address: string) => boolean

const family = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4')
const BITS = { ipv4: 32, ipv6: 128 }

/** How many one bits a netmask has at its beginning, undefined where there are others behind a zero. */
function prefixOfNetmask(mask: string): number | undefined {
  const bits = mask
    .split('.')
    .map((byte) => Number(byte).toString(2).padStart(8, '0'))
    .join('')
  return /^1*0*$/.test(bits) ? bits.lastIndexOf('1') + 1 : undefined
}

function readPrefix(text: string | undefined, kind: 'ipv4' | 'ipv6'): number | undefined {
  if (text === undefined) return BITS[kind]
  if (kind === 'ipv4' && isIP(text) === 4) return prefixOfNetmask(text)
  return /^\d{1,3}$/.test(text) && Number(text) <= BITS[kind] ? Number(text) : undefined
}

/** A socket for both families shows an IPv4 address as one of IPv6. */
const unmapped = (address: string): string => /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address

/** FC00::/8 is private (RFC 4193), or CJDNS where this machine is in it. */
const isCjdnsRange = (address: string): boolean => isIP(address) === 6 && /^fc[0-9a-f]{2}:/i.test(address)

/**
 * `-rpcallowip`: an address, or a network with its prefix or netmask. This machine itself may always call. Violation:
 * Bitcoin Core's words.
 */
export function parseAllowedAddresses(
  texts: readonly string[],
  { cjdns = false }: { readonly cjdns?: boolean } = {},
): Result<AddressFilter, string> {
  // One for each family: an IPv6 network would have the IPv4 addresses inside it.
  const allowed = { ipv4: new BlockList(), ipv6: new BlockList() }
  allowed.ipv4.addSubnet('127.0.0.0', 8, 'ipv4')
  allowed.ipv6.addAddress('::1', 'ipv6')
  for (const text of texts) {
    const [host = '', suffix, ...more] = text.split('/')
    const network = host.replace(/^\[(.*)\]$/, '$1')
    const wrong = isIP(network) === 0 || more.length > 0 || (cjdns && isCjdnsRange(network))
    const prefix = wrong ? undefined : readPrefix(suffix, family(network))
    if (prefix === undefined) {
      return err(
        `Invalid -rpcallowip subnet specification: ${text}. Valid values are a single IP (e.g. 1.2.3.4), a network/netmask (e.g. 1.2.3.4/255.255.255.0), a network/CIDR (e.g. 1.2.3.4/24), all ipv4 (0.0.0.0/0), or all ipv6 (::/0). RFC4193 is allowed only if -cjdnsreachable=0.`,
      )
    }
    allowed[family(network)].addSubnet(network, prefix, family(network))
  }
  return ok((address) => {
    if (address === '127.0.0.1') return true
    const plain = unmapped(address)
    return allowed[family(plain)].check(plain, family(plain))
  })
}
