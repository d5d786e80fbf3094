import { type ByteReader, type ByteWriter, concatBytes } from '@ply/bytes'
import { isPublicKey, uncompressPublicKey } from '@ply/crypto'
import { OP_CHECKSIG } from '@ply/script'
import { readCompressedScript, writeCompressedScript } from '../store/compressedScript.ts'

const UNCOMPRESSED_KEY = 4
/** What stands in for a script whose key is no point of the curve. */
const NO_SCRIPT = new Uint8Array(0)

const isUncompressedP2pk = (script: Uint8Array): boolean =>
  script.length === 67 && script[0] === 65 && script[1] === UNCOMPRESSED_KEY && script[66] === OP_CHECKSIG

/**
 * As `writeCompressedScript`, and an uncompressed key without the half that follows from the other (4, 5). To find that
 * again takes a while: the store keeps such keys whole.
 */
export function writeSnapshotScript(writer: ByteWriter, script: Uint8Array): void {
  if (isUncompressedP2pk(script) && isPublicKey(script.subarray(1, 66))) {
    writer.u8(UNCOMPRESSED_KEY | (script[65]! & 1)).bytes(script.subarray(2, 34))
  } else {
    writeCompressedScript(writer, script)
  }
}

/** The inverse of {@link writeSnapshotScript}. Violations of the reader. */
export function readSnapshotScript(reader: ByteReader): Uint8Array {
  const form = reader.peek()
  if (form !== UNCOMPRESSED_KEY && form !== UNCOMPRESSED_KEY + 1) return readCompressedScript(reader)
  // The compressed forms of a key begin with 2 and 3.
  const compressed = concatBytes(Uint8Array.of(reader.u8() - 2), reader.bytes(32))
  const key = uncompressPublicKey(compressed)
  return key ? concatBytes(Uint8Array.of(65), key, Uint8Array.of(OP_CHECKSIG)) : NO_SCRIPT
}
