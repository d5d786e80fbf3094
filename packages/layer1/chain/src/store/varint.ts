import { type ByteReader, type ByteWriter, DecodeError } from '@ply/bytes'

/**
 * Bitcoin Core's VARINT, big-endian groups of seven bits in which every number has exactly one form: each byte but the
 * last has its top bit set and counts one more than it says.
 */
export function writeVarint(writer: ByteWriter, value: bigint): void {
  const groups: number[] = [Number(value & 0x7fn)]
  for (let rest = value >> 7n; rest > 0n; rest >>= 7n) {
    rest -= 1n
    groups.push(Number(rest & 0x7fn) | 0x80)
  }
  for (const group of groups.reverse()) writer.u8(group)
}

/** Violation `varint-too-large` over 64 bits. */
export function readVarint(reader: ByteReader): bigint {
  let value = 0n
  for (;;) {
    const byte = reader.u8()
    value = (value << 7n) | BigInt(byte & 0x7f)
    if (value >= 1n << 64n) throw new DecodeError('varint-too-large')
    if ((byte & 0x80) === 0) return value
    value += 1n
  }
}

/** A {@link readVarint} that must be a safe integer below `limit`. */
export function readSmallVarint(reader: ByteReader, limit: number): number {
  const value = readVarint(reader)
  if (value > BigInt(limit)) throw new DecodeError('varint-too-large', `${value} where at most ${limit} may stand`)
  return Number(value)
}
