import { concatBytes, decodeBase58, DecodeError, encodeBase58, equalBytes, err, ok, type Result } from '@ply/bytes'
import { hash256 } from './hash.ts'

/** Base58 with the first four bytes of a double SHA256 behind the payload. */
export function encodeBase58Check(payload: Uint8Array): string {
  return encodeBase58(concatBytes(payload, hash256(payload).subarray(0, 4)))
}

/** Violations: `bad-base58`, `bad-checksum`, `size-too-large`. */
export function decodeBase58Check(text: string): Result<Uint8Array, DecodeError> {
  const decoded = decodeBase58(text)
  if (!decoded.ok) return decoded
  if (decoded.value.length < 4) return err(new DecodeError('bad-checksum'))
  const payload = decoded.value.subarray(0, -4)
  if (!equalBytes(hash256(payload).subarray(0, 4), decoded.value.subarray(-4)))
    return err(new DecodeError('bad-checksum'))
  return ok(payload.slice())
}
