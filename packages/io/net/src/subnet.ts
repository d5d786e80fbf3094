import { BlockList, isIP } from 'node:net'
import { err, ok, type Result } from '@ply/bytes'

/** True for an address (without port) that belongs. */
export type AddressFilter = (address: string) => boolean

type Family = 'ipv4' | 'ipv6'

const family = (address: string): Family => (isIP(address) === 6 ? 'ipv6' : 'ipv4')
const BITS: Readonly<Record<Family, number>> = { ipv4: 32, ipv6: 128 }

/** How many one bits a netmask has at its beginning, undefined where there are others behind a zero. */
function prefixOfNetmask(mask: string): number | undefined {
  const bits = mask
    .split('.')
    .map((byte) => Number(byte).toString(2).padStart(8, '0'))
    .join('')
  return /^1*0*$/.test(bits) ? bits.lastIndexOf('1') + 1 : undefined
}

function readPrefix(text: string | undefined, kind: Family): number | undefined {
  if (text === undefined) return BITS[kind]
  if (kind === 'ipv4' && isIP(text) === 4) return prefixOfNetmask(text)
  return /^\d{1,3}$/.test(text) && Number(text) <= BITS[kind] ? Number(text) : undefined
}

/** A socket for both families shows an IPv4 address as one of IPv6. */
const unmapped = (address: string): string => /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address

/** An address, or a network with its prefix or netmask: `10.0.0.1`, `10.0.0.0/8`, `10.0.0.0/255.0.0.0`, `fe80::/10`. */
export function parseSubnet(text: string): Result<AddressFilter, string> {
  const [network = '', suffix, ...more] = text.split('/')
  const kind = family(network)
  const prefix = isIP(network) === 0 || more.length > 0 ? undefined : readPrefix(suffix, kind)
  if (prefix === undefined) return err(`'${text}' is neither an address nor a network`)
  const list = new BlockList()
  list.addSubnet(network, prefix, kind)
  return ok((address) => {
    const plain = unmapped(address)
    return family(plain) === kind && list.check(plain, kind)
  })
}
