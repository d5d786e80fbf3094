import { hkdfSha256 } from '@ply/crypto'

const NO_INFO = new Uint8Array(0)

/** BOLT 8's HKDF: two 32-byte keys of `input` salted with the chaining key. */
export function deriveKeys(chainingKey: Uint8Array, input: Uint8Array): readonly [Uint8Array, Uint8Array] {
  const output = hkdfSha256(input, chainingKey, NO_INFO, 64)
  return [output.slice(0, 32), output.slice(32)]
}
