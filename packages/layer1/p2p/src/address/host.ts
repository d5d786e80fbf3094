import { bytesToHex, isMappedIpv4 } from '@ply/bytes'
import {
  NETWORK_ADDRESS_LENGTH,
  NETWORK_CJDNS,
  NETWORK_I2P,
  NETWORK_IPV4,
  NETWORK_IPV6,
  NETWORK_TORV3,
  toMappedIp,
} from '../message/netAddress.ts'

/** A machine of one of BIP 155's networks. */
export interface Host {
  readonly network: number
  readonly address: Uint8Array
}

/** A host and a port of it. */
export interface Service extends Host {
  readonly port: number
}

/** 16 bytes for what fits into an IPv6 address, as old messages carry it; else the address itself. */
export const hostBytes = (host: Host): Uint8Array => toMappedIp(host.network, host.address) ?? host.address

/** The form in which hosts are compared. */
export const hostKey = (host: Host): string => `${host.network}/${bytesToHex(host.address)}`
export const serviceKey = (service: Service): string => `${hostKey(service)}/${service.port}`

/** Host of an address of 16 bytes; IPv4 may be mapped into it. */
export function hostFromIp(ip: Uint8Array): Host {
  return isMappedIpv4(ip) ? { network: NETWORK_IPV4, address: ip.slice(12) } : { network: NETWORK_IPV6, address: ip }
}

/** Bitcoin Core's names. */
export type NetworkName = 'ipv4' | 'ipv6' | 'onion' | 'i2p' | 'cjdns'

/** All networks, in the order in which they are listed. */
export const NETWORK_NAMES: readonly (readonly [name: NetworkName, network: number])[] = [
  ['ipv4', NETWORK_IPV4],
  ['ipv6', NETWORK_IPV6],
  ['onion', NETWORK_TORV3],
  ['i2p', NETWORK_I2P],
  ['cjdns', NETWORK_CJDNS],
]

/** The name of a network that we know. */
export const networkName = (network: number): NetworkName | undefined =>
  NETWORK_NAMES.find(([, id]) => id === network)?.[0]

/** True for an address of a network that we know, of the length it must have. */
export const isKnownHost = ({ network, address }: Host): boolean => NETWORK_ADDRESS_LENGTH[network] === address.length
