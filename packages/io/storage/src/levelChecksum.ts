import { CRC_START, crcEnd, crcStep } from './crc32c.ts'

/** LevelDB stores no bare checksums: a checksum of data with checksums inside would be weak. */
export const maskCrc = (crc: number): number => (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0

/** LevelDB's checksum of some bytes. */
export function levelChecksum(bytes: Uint8Array): number {
  let state = CRC_START
  for (const byte of bytes) state = crcStep(state, byte)
  return maskCrc(crcEnd(state))
}
