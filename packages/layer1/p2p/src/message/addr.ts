import { isMappedIpv4 } from '@ply/bytes'
import { MAX_ADDRESSES } from '../protocol.ts'
import type { Codec } from './codec.ts'
import { readLimited } from './inventory.ts'
import { NETWORK_IPV4, NETWORK_IPV6, type NetAddress, readEndpoint, toMappedIp, writeEndpoint } from './netAddress.ts'

export interface Addresses {
  readonly addresses: readonly NetAddress[]
}

/** Addresses in the form before BIP 155: IPv4 and IPv6 only; others are left out when writing. */
export const addr: Codec<Addresses> = {
  read: (reader) => ({
    addresses: readLimited(reader, MAX_ADDRESSES, (item) => {
      const time = item.u32()
      const { services, ip, port } = readEndpoint(item)
      return isMappedIpv4(ip)
        ? { time, services, network: NETWORK_IPV4, address: ip.slice(12), port }
        : { time, services, network: NETWORK_IPV6, address: ip, port }
    }),
  }),
  write(writer, body) {
    const writable = body.addresses.flatMap((entry) => {
      const ip = toMappedIp(entry.network, entry.address)
      return ip ? [{ time: entry.time, services: entry.services, ip, port: entry.port }] : []
    })
    writer.compactSize(writable.length)
    for (const entry of writable) {
      writer.u32(entry.time)
      writeEndpoint(writer, entry)
    }
  },
}
