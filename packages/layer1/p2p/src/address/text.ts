import { concatBytes, decodeBase32, encodeBase32, equalBytes, formatIpv6, parseIp, utf8ToBytes } from '@ply/bytes'
import { sha3 } from '@ply/crypto'
import { NETWORK_CJDNS, NETWORK_I2P, NETWORK_IPV4, NETWORK_IPV6, NETWORK_TORV3 } from '../message/netAddress.ts'
import type { Host, Service } from './host.ts'
import { internalHash, isInternal } from './internal.ts'

const ONION = '.onion'
const I2P = '.b32.i2p'
const ONION_VERSION = Uint8Array.of(3)
const KEY_LENGTH = 32

const onionChecksum = (key: Uint8Array): Uint8Array =>
  sha3(concatBytes(utf8ToBytes('.onion checksum'), key, ONION_VERSION)).subarray(0, 2)

/** A host as people write it; an address of an unknown network as if it were IPv6. */
export function formatHost(host: Host): string {
  switch (host.network) {
    case NETWORK_IPV4:
      return host.address.join('.')
    case NETWORK_TORV3:
      return encodeBase32(concatBytes(host.address, onionChecksum(host.address), ONION_VERSION)) + ONION
    case NETWORK_I2P:
      return encodeBase32(host.address) + I2P
    default:
      return isInternal(host) ? `${encodeBase32(internalHash(host))}.internal` : formatIpv6(host.address)
  }
}

/** `host:port`, IPv6 in brackets. */
export function formatService(service: Service): string {
  const text = formatHost(service)
  return text.includes(':') ? `[${text}]:${service.port}` : `${text}:${service.port}`
}

function parseOnion(name: string): Host | undefined {
  const bytes = decodeBase32(name)
  if (bytes?.length !== KEY_LENGTH + 3) return undefined
  const address = bytes.slice(0, KEY_LENGTH)
  const valid = equalBytes(bytes.subarray(KEY_LENGTH), concatBytes(onionChecksum(address), ONION_VERSION))
  return valid ? { network: NETWORK_TORV3, address } : undefined
}

/** The host that a text names; undefined for a name that somebody would have to look up. */
export function parseHost(text: string): Host | undefined {
  const lower = text.toLowerCase()
  if (lower.endsWith(ONION)) return parseOnion(lower.slice(0, -ONION.length))
  if (lower.endsWith(I2P)) {
    const address = decodeBase32(lower.slice(0, -I2P.length))
    return address?.length === KEY_LENGTH ? { network: NETWORK_I2P, address } : undefined
  }
  const address = parseIp(text)
  return address && { network: address.length === 4 ? NETWORK_IPV4 : NETWORK_IPV6, address }
}

/** `host:port`; without a port, `defaultPort`. Undefined for what names no host. */
export function parseService(text: string, defaultPort: number): Service | undefined {
  // More than one colon outside of brackets: IPv6 without a port.
  const bare = /^[^[\]]*:[^[\]]*:/.test(text)
  const [, name, digits] = (bare ? undefined : /^(\[.*\]|[^:]*):(\d{1,5})$/.exec(text)) ?? [undefined, text, undefined]
  const host = parseHost(name ?? '')
  const port = digits === undefined ? defaultPort : Number(digits)
  return host && port <= 0xffff ? { ...host, port } : undefined
}

/** What looks like IPv6 in CJDNS's range is meant for CJDNS where that can be reached. */
export function toCjdns<T extends Host>(host: T): T {
  return host.network === NETWORK_IPV6 && host.address[0] === 0xfc ? { ...host, network: NETWORK_CJDNS } : host
}
