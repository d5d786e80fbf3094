import { type ByteReader, type ByteWriter, DecodeError } from '@ply/bytes'

const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER)
/** A number up to this can take seven more bits and one. */
const MAX_BEFORE_NEXT = 2 ** 45

/**
 * Bitcoin Core's VARINT, big-endian groups of seven bits in which every number has exactly one form: each byte but the
 * last has its top bit set and counts one more than it says.
 */
export function writeVarint(writer: ByteWriter, value: bigint): void {
  if (value <= MAX_SAFE) {
    writeSmallVarint(writer, Number(value))
    return
  }
  const low = Number(value & 0x7fn)
  writeGroups(writer, (value >> 7n) - 1n)
  writer.u8(low)
}

/** All groups of a number of which another follows. */
function writeGroups(writer: ByteWriter, value: bigint): void {
  if (value > 0x7fn) writeGroups(writer, (value >> 7n) - 1n)
  writer.u8(Number(value & 0x7fn) | 0x80)
}

/** {@link writeVarint} of a safe integer, several times as fast. */
export function writeSmallVarint(writer: ByteWriter, value: number): void {
  if (value > 0x7f) writeSmallGroups(writer, Math.floor(value / 0x80) - 1)
  writer.u8(value % 0x80)
}

function writeSmallGroups(writer: ByteWriter, value: number): void {
  if (value > 0x7f) writeSmallGroups(writer, Math.floor(value / 0x80) - 1)
  writer.u8((value % 0x80) | 0x80)
}

/** Violation `varint-too-large` over 64 bits. */
export function readVarint(reader: ByteReader): bigint {
  let small = 0
  while (small <= MAX_BEFORE_NEXT) {
    const byte = reader.u8()
    small = small * 0x80 + (byte & 0x7f)
    if ((byte & 0x80) === 0) return BigInt(small)
    small += 1
  }
  let value = BigInt(small)
  for (;;) {
    const byte = reader.u8()
    value = (value << 7n) | BigInt(byte & 0x7f)
    if (value >= 1n << 64n) throw new DecodeError('varint-too-large')
    if ((byte & 0x80) === 0) return value
    value += 1n
  }
}

/** A {@link readVarint} that must be a safe integer of at most `limit`. */
export function readSmallVarint(reader: ByteReader, limit: number): number {
  const value = readVarint(reader)
  if (value > BigInt(limit)) throw new DecodeError('varint-too-large', `${value} where at most ${limit} may stand`)
  return Number(value)
}
