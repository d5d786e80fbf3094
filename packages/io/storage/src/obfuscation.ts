import { assert } from '@ply/bytes'

/** Changes bytes in place that lie at `offset` of a file: once to write them, once more to read them. */
export type Obfuscation = (bytes: Uint8Array, offset: number) => void

/** Bytes of a key. */
export const OBFUSCATION_KEY_SIZE = 8

export const NO_OBFUSCATION: Obfuscation = () => undefined

/** XOR with a key of eight bytes, over and over, as Bitcoin Core does it so that no scanner mistakes blocks for malware. */
export function createObfuscation(key: Uint8Array): Obfuscation {
  assert(key.length === OBFUSCATION_KEY_SIZE, 'an obfuscation key has eight bytes')
  if (key.every((byte) => byte === 0)) return NO_OBFUSCATION
  return (bytes, offset) => {
    for (let i = 0, at = offset % key.length; i < bytes.length; i++, at = (at + 1) % key.length) {
      bytes[i]! ^= key[at]!
    }
  }
}
