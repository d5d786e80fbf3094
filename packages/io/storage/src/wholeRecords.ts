import { equalBytes } from '@ply/bytes'
import type { PlainFile } from './plainFile.ts'
import { HEADER_SIZE } from './scanRecords.ts'

/** A file of ours by its name, but not by what it holds: of another network, of another program, or damaged. */
export class ForeignFileError extends Error {
  override readonly name = 'ForeignFileError'
  constructor(path: string, offset: number) {
    super(`${path} holds no record of this network at byte ${offset}: it is another program's, or damaged`)
  }
}

const SCAN_SIZE = 1 << 20

/**
 * Length of the part of an open file that consists of whole records. Throws {@link ForeignFileError} where something
 * else follows than a record that broke off: what another program wrote must not be cut off.
 */
export function wholeRecords(file: PlainFile, magic: Uint8Array, path: string): number {
  const { size } = file
  let window = new Uint8Array(0)
  let windowStart = 0
  let at = 0
  while (at + HEADER_SIZE <= size) {
    if (at + HEADER_SIZE > windowStart + window.length) {
      window = new Uint8Array(Math.min(SCAN_SIZE, size - at))
      windowStart = at
      file.read(window, at)
    }
    const header = window.subarray(at - windowStart, at - windowStart + HEADER_SIZE)
    if (!equalBytes(header.subarray(0, 4), magic)) {
      if (file.isZeroFrom(at)) break
      throw new ForeignFileError(path, at)
    }
    const end = at + HEADER_SIZE + new DataView(header.buffer, header.byteOffset + 4, 4).getUint32(0, true)
    if (end > size) break
    at = end
  }
  return at
}
