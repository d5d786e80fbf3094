import { aeadDecrypt, aeadEncrypt } from '@ply/crypto'
import { deriveKeys } from './hkdf.ts'
import { encodeNonce } from './nonce.ts'

/** BOLT 8, "Lightning Message Key Rotation": a key encrypts 1000 times (500 messages), then the next one. */
const ROTATION_INTERVAL = 1000

/** One direction of an established session: a key that rotates and the count of its uses. */
export class CipherState {
  #key: Uint8Array
  #chainingKey: Uint8Array
  #counter = 0

  constructor(key: Uint8Array, chainingKey: Uint8Array) {
    this.#key = key
    this.#chainingKey = chainingKey
  }

  #used(): void {
    this.#counter++
    if (this.#counter < ROTATION_INTERVAL) return
    ;[this.#chainingKey, this.#key] = deriveKeys(this.#chainingKey, this.#key)
    this.#counter = 0
  }

  encrypt(plaintext: Uint8Array): Uint8Array {
    const ciphertext = aeadEncrypt(this.#key, encodeNonce(this.#counter), { plaintext })
    this.#used()
    return ciphertext
  }

  /** Undefined where the tag does not match: the session is over then. */
  decrypt(ciphertext: Uint8Array): Uint8Array | undefined {
    const plaintext = aeadDecrypt(this.#key, encodeNonce(this.#counter), { ciphertext })
    if (plaintext) this.#used()
    return plaintext
  }
}
