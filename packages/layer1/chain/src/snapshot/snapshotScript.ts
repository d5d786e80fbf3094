import type { ByteWriter } from '@ply/bytes'
import { isPublicKey } from '@ply/crypto'
import { OP_CHECKSIG } from '@ply/script'
import { writeCompressedScript } from '../store/compressedScript.ts'

const UNCOMPRESSED_KEY = 4

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
