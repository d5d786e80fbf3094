import { concatBytes, equalBytes, err, ok, type Result } from '@ply/bytes'
import { hash256 } from '@ply/crypto'

const MAGIC_LENGTH = 4
const CHECKSUM_LENGTH = 32

/** A file as Bitcoin Core frames it: the network's magic, the contents, a checksum over both. */
export function encodeDiskFile(magic: Uint8Array, contents: Uint8Array): Uint8Array {
  const framed = concatBytes(magic, contents)
  return concatBytes(framed, hash256(framed))
}

/**
 * Takes the frame off; `length` measures the contents, which stand before the checksum. Violations, in Bitcoin Core's
 * words: another network, cut off, changed.
 */
export function decodeDiskFile<T>(
  magic: Uint8Array,
  file: Uint8Array,
  read: (contents: Uint8Array) => Result<{ readonly value: T; readonly length: number }, string>,
): Result<T, string> {
  if (!equalBytes(file.subarray(0, MAGIC_LENGTH), magic)) {
    return err(file.length < MAGIC_LENGTH ? END_OF_FILE : 'Invalid network magic number')
  }
  const contents = read(file.subarray(MAGIC_LENGTH))
  if (!contents.ok) return contents
  const end = MAGIC_LENGTH + contents.value.length
  const checksum = file.subarray(end, end + CHECKSUM_LENGTH)
  if (checksum.length < CHECKSUM_LENGTH) return err(END_OF_FILE)
  if (!equalBytes(checksum, hash256(file.subarray(0, end)))) return err('Checksum mismatch, data corrupted')
  return ok(contents.value.value)
}

export const END_OF_FILE = 'AutoFile::read: end of file: iostream error'
