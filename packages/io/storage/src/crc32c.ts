/** The reflected polynomial of Castagnoli. */
const POLYNOMIAL = 0x82f63b78

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ POLYNOMIAL : remainder >>> 1
  return remainder
})

/** State of a CRC-32C before the first byte. */
export const CRC_START = 0xffffffff

/** The state after one more byte. */
export const crcStep = (state: number, byte: number): number => (state >>> 8) ^ TABLE[(state ^ byte) & 0xff]!

/** The checksum of the bytes that led to a state. */
export const crcEnd = (state: number): number => ~state >>> 0
