const MAPPED_PREFIX = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff)

/** True for 16 bytes that stand for an IPv4 address (RFC 4291, section 2.5.5.2). */
export const isMappedIpv4 = (ip: Uint8Array): boolean => MAPPED_PREFIX.every((byte, i) => ip[i] === byte)

/** The 16 bytes that stand for an IPv4 address of 4. */
export function toMappedIpv4(ipv4: Uint8Array): Uint8Array {
  const ip = new Uint8Array(16)
  ip.set(MAPPED_PREFIX)
  ip.set(ipv4, MAPPED_PREFIX.length)
  return ip
}

/** As systems have always read them: 0x for hexadecimal, 0 for octal. */
function parseNumber(text: string): number {
  if (/^0x[0-9a-f]{1,8}$/i.test(text)) return parseInt(text, 16)
  if (/^0[0-7]{0,11}$/.test(text)) return parseInt(text, 8)
  return /^[1-9]\d{0,9}$/.test(text) ? Number(text) : NaN
}

/** Four numbers, or fewer with the last one filling what is left: 127.1 is 127.0.0.1. */
export function parseIpv4(text: string): Uint8Array | undefined {
  const numbers = text.split('.').map(parseNumber)
  const last = numbers.pop()!
  const left = 4 - numbers.length
  if (left < 1 || !numbers.every((number) => number <= 255) || !(last < 256 ** left)) return undefined
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

/** The 16 bytes of an IPv6 address (RFC 4291, section 2.2). */
export function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split('::')
  if (!text.includes(':') || halves.length > 2) return undefined
  const [head, tail] = halves.map(parseGroups)
  if (!head || (halves.length === 2 && !tail)) return undefined
  const zeros = 16 - head.length - (tail?.length ?? 0)
  if (halves.length === 2 ? zeros < 2 : zeros !== 0) return undefined
  return Uint8Array.from([...head, ...Array.from({ length: zeros }, () => 0), ...(tail ?? [])])
}

/** The 4 or 16 bytes of an address, that may stand in brackets; IPv4 mapped into IPv6 is IPv4. Undefined for a name. */
export function parseIp(text: string): Uint8Array | undefined {
  const ipv4 = parseIpv4(text)
  if (ipv4) return ipv4
  const ipv6 = parseIpv6(text.replace(/^\[(.*)\]$/, '$1'))
  return ipv6 && isMappedIpv4(ipv6) ? ipv6.slice(MAPPED_PREFIX.length) : ipv6
}

/** RFC 5952: lower case, the longest run of zeros left out. */
export function formatIpv6(address: Uint8Array): string {
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
