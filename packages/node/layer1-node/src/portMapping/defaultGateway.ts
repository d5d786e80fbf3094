import { readFile } from 'node:fs/promises'
import { formatIpv6, hexToBytes } from '@ply/bytes'

/** Flag of a route that leads through another machine (RTF_GATEWAY). */
const THROUGH_GATEWAY = 2

/** Linux's `/proc/net/route`: the router that all else goes to, if there is one. */
export function parseIpv4Routes(table: string): string | undefined {
  for (const line of table.split('\n').slice(1)) {
    const [, destination, gateway, flags, , , , mask] = line.trim().split(/\s+/)
    if (destination !== '00000000' || mask !== '00000000' || gateway === undefined) continue
    if ((parseInt(flags ?? '0', 16) & THROUGH_GATEWAY) === 0 || !/^[0-9A-F]{8}$/i.test(gateway)) continue
    // In the machine's own order of bytes, which is little-endian wherever we run.
    return [...hexToBytes(gateway)].reverse().join('.')
  }
  return undefined
}

/** Linux's `/proc/net/ipv6_route`; an address that means something on one interface only names it. */
export function parseIpv6Routes(table: string): string | undefined {
  for (const line of table.split('\n')) {
    const [destination, length, , , gateway = '', , , , flags = '0', iface = ''] = line.trim().split(/\s+/)
    if (!/^0{32}$/.test(destination ?? '') || length !== '00' || !/^[0-9a-f]{32}$/i.test(gateway)) continue
    if ((parseInt(flags, 16) & THROUGH_GATEWAY) === 0 || /^0{32}$/.test(gateway)) continue
    const address = formatIpv6(hexToBytes(gateway))
    return /^fe[89ab]/i.test(gateway) ? `${address}%${iface}` : address
  }
  return undefined
}

export interface Gateways {
  readonly ipv4: string | undefined
  readonly ipv6: string | undefined
}

/** The routers towards the internet; none where the system does not tell in Linux's way. */
export async function findGateways(): Promise<Gateways> {
  const read = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '')
  return {
    ipv4: parseIpv4Routes(await read('/proc/net/route')),
    ipv6: parseIpv6Routes(await read('/proc/net/ipv6_route')),
  }
}
