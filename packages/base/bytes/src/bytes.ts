import { bytesToHex, hexToBytes } from './hex.ts'
import { assert } from './result.ts'

/** Joins byte arrays into a new one. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  const joined = new Uint8Array(length)
  let offset = 0
  for (const part of parts) {
    joined.set(part, offset)
    offset += part.length
  }
  return joined
}

/** True if both hold the same bytes. Not constant-time: never for secrets. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a === b) return true
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** Lexicographic order, as `memcmp`: negative, zero or positive. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shorter = Math.min(a.length, b.length)
  for (let i = 0; i < shorter; i++) {
    const difference = a[i]! - b[i]!
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** A reversed copy: internal byte order to display order and back. */
export function reverseBytes(bytes: Uint8Array): Uint8Array {
  return bytes.slice().reverse()
}

/** Unsigned big-endian bytes as a bigint; the empty array is 0. */
export function bigintFromBytesBE(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt('0x' + bytesToHex(bytes))
}

/** Unsigned little-endian bytes as a bigint; the empty array is 0. */
export function bigintFromBytesLE(bytes: Uint8Array): bigint {
  return bigintFromBytesBE(reverseBytes(bytes))
}

/** `value` as exactly `length` big-endian bytes. The value must fit: anything else is a bug. */
export function bigintToBytesBE(value: bigint, length: number): Uint8Array {
  assert(value >= 0n && value < 1n << BigInt(8 * length), `bigint does not fit ${length} bytes`)
  return hexToBytes(value.toString(16).padStart(2 * length, '0'))
}

/** `value` as exactly `length` little-endian bytes. The value must fit: anything else is a bug. */
export function bigintToBytesLE(value: bigint, length: number): Uint8Array {
  return bigintToBytesBE(value, length).reverse()
}
