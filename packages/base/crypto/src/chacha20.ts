import { chacha20 as nobleChacha20 } from '@noble/ciphers/chacha.js'
import { activeProvider } from './provider/active.ts'

/** RFC 8439 AEAD: ciphertext with its 16-byte tag behind it. `nonce` is 12 bytes, `key` 32. */
export function aeadEncrypt(
  key: Uint8Array,
  nonce: Uint8Array,
  { plaintext, associatedData = new Uint8Array(0) }: { plaintext: Uint8Array; associatedData?: Uint8Array },
): Uint8Array {
  return activeProvider().aeadEncrypt(key, nonce, plaintext, associatedData)
}

/** Opens what {@link aeadEncrypt} made; undefined where the tag does not match. */
export function aeadDecrypt(
  key: Uint8Array,
  nonce: Uint8Array,
  { ciphertext, associatedData = new Uint8Array(0) }: { ciphertext: Uint8Array; associatedData?: Uint8Array },
): Uint8Array | undefined {
  return activeProvider().aeadDecrypt(key, nonce, ciphertext, associatedData)
}

/** `length` bytes of the ChaCha20 key stream (RFC 8439, counter 0); `nonce` is 12 bytes. */
export function chacha20Stream(key: Uint8Array, nonce: Uint8Array, length: number): Uint8Array {
  return nobleChacha20(key, nonce, new Uint8Array(length))
}
