import { assert, utf8ToBytes } from '@ply/bytes'
import { chacha20Stream, hmacSha256 } from '@ply/crypto'

/** What a key derived from a shared secret is for (BOLT 4, Key Generation). */
export type KeyType = 'rho' | 'mu' | 'um' | 'pad' | 'ammag'

const ZERO_NONCE = new Uint8Array(12)

/** HMAC-SHA256 of a 32-byte secret under the name of the key's purpose. */
export function deriveKey(type: KeyType, secret: Uint8Array): Uint8Array {
  return hmacSha256(utf8ToBytes(type), secret)
}

/** `length` pseudo-random bytes of a key. The nonce is fixed: no key is used for two streams. */
export function computeStream(key: Uint8Array, length: number): Uint8Array {
  return chacha20Stream(key, ZERO_NONCE, length)
}

/** Bytewise exclusive or of two arrays of one length. */
export function xorBytes(a: Uint8Array, b: Uint8Array): Uint8Array {
  assert(a.length === b.length, 'xor of different lengths')
  return a.map((byte, i) => byte ^ b[i]!)
}

/** Equality whose time does not depend on where the first difference is: for authentication codes. */
export function equalConstantTime(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let i = 0; i < a.length; i++) difference |= a[i]! ^ b[i]!
  return difference === 0
}
