import { concatBytes, decodeBase32, encodeBase32, equalBytes, utf8ToBytes } from '@ply/bytes'
import { sha3 } from '@ply/crypto'
import { NETWORK_CJDNS, NETWORK_I2P, NETWORK_IPV4, NETWORK_IPV6, NETWORK_TORV3 } from '../message/netAddress.ts'
import { type Host, hostFromIp, type Service } from './host.ts'
import { internalHash, isInternal } from './internal.ts'

const ONION = '.onion'
const I2P = '.b32.i2p'
const ONION_VERSION = Uint8Array.of(3)
const KEY_LENGTH = 32

const onionChecksum = (key: Uint8Array): Uint8Array =>
  sha3(concatBytes(utf8ToBytes('.onion checksum'), key, ONION_VERSION)).subarray(0, 2)

/** RFC 5952: lower case, the longest run of zeros left out. */
function formatIpv6(address: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, i) => ((address[2 * i]! << 8) | address[2 * i + 1]!).toString(16))
  let [start, length] = [0, 0]
  for (let from = 0; from < 8; from++) {
    let run = 0
    while (groups[from + run] === '0') run++
    if (run > length) [start, length] = [from, run]
  }
  if (length < 2) return groups.join(':')
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + length).join(':')}`
}

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

/** Four numbers, or fewer with the last one filling what is left: 127.1 is 127.0.0.1. */
function parseIpv4(text: string): Uint8Array | undefined {
  if (!/^\d{1,10}(\.\d{1,10}){0,3}$/.test(text)) return undefined
  const numbers = text.split('.').map(Number)
  const last = numbers.pop()!
  const left = 4 - numbers.length
  if (numbers.some((number) => number > 255) || last >= 256 ** left) return undefined
  const tail = Array.from({ length: left }, (_, i) => Math.floor(last / 256 ** (left - 1 - i)) % 256)
  return Uint8Array.from([...numbers, ...tail])
}

function parseGroups(text: string): number[] | undefined {
  if (text === '') return []
  const bytes: number[] = []
  const parts = text.split(':')
  for (const [i, part] of parts.entries()) {
    const ipv4 = i === parts.length - 1 && /^\d+\.\d+\.\d+\.\d+$/.test(part) ? parseIpv4(part) : undefined
    if (ipv4) bytes.push(...ipv4)
    else if (/^[0-9a-fA-F]{1,4}$/.test(part)) bytes.push(parseInt(part, 16) >> 8, parseInt(part, 16) & 255)
    else return undefined
  }
  return bytes
}

function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split('::')
  if (!text.includes(':') || halves.length > 2) return undefined
  const [head, tail] = halves.map(parseGroups)
  if (!head || (halves.length === 2 && !tail)) return undefined
  const zeros = 16 - head.length - (tail?.length ?? 0)
  if (halves.length === 2 ? zeros < 2 : zeros !== 0) return undefined
  return Uint8Array.from([...head, ...Array.from({ length: zeros }, () => 0), ...(tail ?? [])])
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
  const ipv4 = parseIpv4(text)
  if (ipv4) return { network: NETWORK_IPV4, address: ipv4 }
  const ipv6 = parseIpv6(text.replace(/^\[(.*)\]$/, '$1'))
  return ipv6 && hostFromIp(ipv6)
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
