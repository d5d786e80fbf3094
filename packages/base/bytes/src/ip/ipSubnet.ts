import { equalBytes } from '../bytes.ts'
import { parseIp } from './ipAddress.ts'

/** All addresses that begin with some bits. */
export interface IpSubnet {
  /** 4 or 16 bytes, zero behind the bits. */
  readonly address: Uint8Array
  readonly bits: number
}

const maskOf = (length: number, bits: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => 0xff00 >> Math.min(8, Math.max(0, bits - 8 * i)))

/** An address without what stands behind its first bits. */
export function maskIp(address: Uint8Array, bits: number): Uint8Array {
  const mask = maskOf(address.length, bits)
  return address.map((byte, i) => byte & mask[i]!)
}

/** Bits of a netmask such as 255.255.0.0; undefined for one with holes. */
function netmaskBits(mask: Uint8Array): number | undefined {
  for (let bits = 0; bits <= 8 * mask.length; bits++) if (equalBytes(maskOf(mask.length, bits), mask)) return bits
  return undefined
}

/** What stands behind the slash: a number of bits, or a netmask. `length`: bytes of the address before it. */
export function parsePrefixLength(text: string, length: number): number | undefined {
  if (/^\d+$/.test(text)) return Number(text) <= 8 * length ? Number(text) : undefined
  const mask = parseIp(text)
  return mask?.length === length ? netmaskBits(mask) : undefined
}

/** Splits a text at its last slash; without one, there is nothing behind it. */
export function splitAtSlash(text: string): readonly [before: string, behind: string | undefined] {
  const slash = text.lastIndexOf('/')
  return slash < 0 ? [text, undefined] : [text.slice(0, slash), text.slice(slash + 1)]
}

/** `1.2.3.0/24`, `1.2.3.0/255.255.255.0`, `2001:4d48::/32`, or one address. Undefined for anything else. */
export function parseIpSubnet(text: string): IpSubnet | undefined {
  const [before, behind] = splitAtSlash(text)
  const address = parseIp(before)
  if (!address) return undefined
  const bits = behind === undefined ? 8 * address.length : parsePrefixLength(behind, address.length)
  return bits === undefined ? undefined : { address: maskIp(address, bits), bits }
}

/** IPv4 is in no subnet of IPv6, nor the other way round. */
export const ipSubnetIncludes = ({ address, bits }: IpSubnet, ip: Uint8Array): boolean =>
  ip.length === address.length && equalBytes(maskIp(ip, bits), address)
