import { type ByteReader, type ByteWriter, toMappedIpv4 } from '@ply/bytes'

/** Where a node listens, in the form that `version` carries: no time. */
export interface Endpoint {
  readonly services: bigint
  /** IPv6, or IPv4 mapped into it: 16 bytes. */
  readonly ip: Uint8Array
  readonly port: number
}

/** BIP 155 networks. Unknown ones are carried, not understood. */
export const NETWORK_IPV4 = 1
export const NETWORK_IPV6 = 2
export const NETWORK_TORV3 = 4
export const NETWORK_I2P = 5
export const NETWORK_CJDNS = 6

/** Address lengths that BIP 155 fixes. */
export const NETWORK_ADDRESS_LENGTH: Readonly<Record<number, number>> = {
  [NETWORK_IPV4]: 4,
  [NETWORK_IPV6]: 16,
  [NETWORK_TORV3]: 32,
  [NETWORK_I2P]: 32,
  [NETWORK_CJDNS]: 16,
}

/** A node's address as peers gossip it. */
export interface NetAddress {
  /** When it was last seen: seconds since the Unix epoch, unsigned 32 bits. */
  readonly time: number
  readonly services: bigint
  readonly network: number
  readonly address: Uint8Array
  readonly port: number
}

/** IPv4 as the 16-byte form of old messages; undefined for networks that have none. */
export function toMappedIp(network: number, address: Uint8Array): Uint8Array | undefined {
  if (network === NETWORK_IPV6 && address.length === 16) return address
  return network === NETWORK_IPV4 && address.length === 4 ? toMappedIpv4(address) : undefined
}

export function readEndpoint(reader: ByteReader): Endpoint {
  return { services: reader.u64(), ip: reader.bytes(16), port: reader.u16BE() }
}

export function writeEndpoint(writer: ByteWriter, endpoint: Endpoint): void {
  writer.u64(endpoint.services).bytes(endpoint.ip).u16BE(endpoint.port)
}
