import { type Brand, bytesToHex, decodeHex, DecodeError, err, ok, type Result, reverseBytes } from '@ply/bytes'

// The one place where hashes turn between internal byte order (everywhere in the code)
// and the reversed order in which people and RPC write them.

/** Hash of a transaction without its witness; 32 bytes in internal order. */
export type Txid = Brand<Uint8Array, 'Txid'>
/** Hash of a transaction with its witness (BIP 141). */
export type Wtxid = Brand<Uint8Array, 'Wtxid'>
/** Hash of a block header. */
export type BlockHash = Brand<Uint8Array, 'BlockHash'>

export const ZERO_HASH = new Uint8Array(32)

/** A hash as people write it: 64 hexadecimal digits, reversed. */
export function hashToDisplay(hash: Uint8Array): string {
  return bytesToHex(reverseBytes(hash))
}

/** Reads 64 hexadecimal digits in display order; violations `bad-hex`, `bad-hash-length`. */
export function decodeDisplayHash<H extends Txid | Wtxid | BlockHash>(text: string): Result<H, DecodeError> {
  const decoded = decodeHex(text)
  if (!decoded.ok) return decoded
  if (decoded.value.length !== 32)
    return err(new DecodeError('bad-hash-length', `hash of ${decoded.value.length} bytes`))
  return ok(decoded.value.reverse() as H)
}
