import bs58 from 'bs58'
import { DecodeError } from './decodeError.ts'
import { err, ok, type Result } from './result.ts'

/** Base58 without a checksum (the checksum needs a hash: see base58check in @ply/crypto). */
export function encodeBase58(bytes: Uint8Array): string {
  return bs58.encode(bytes)
}

/** Violations: `bad-base58`; `size-too-large` for more text than `maxLength` characters (base58 costs n²). */
export function decodeBase58(text: string, maxLength = 256): Result<Uint8Array, DecodeError> {
  if (text.length > maxLength) return err(new DecodeError('size-too-large', `over ${maxLength} base58 characters`))
  const decoded = bs58.decodeUnsafe(text)
  return decoded === undefined ? err(new DecodeError('bad-base58')) : ok(decoded)
}
