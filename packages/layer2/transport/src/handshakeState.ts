import { assert, concatBytes, utf8ToBytes } from '@ply/bytes'
import { aeadDecrypt, aeadEncrypt, ecdh, isPublicKey, sha256 } from '@ply/crypto'
import { deriveKeys } from './hkdf.ts'
import { encodeNonce } from './nonce.ts'

const PROTOCOL_NAME = utf8ToBytes('Noise_XK_secp256k1_ChaChaPoly_SHA256')
const PROLOGUE = utf8ToBytes('lightning')

/** The symmetric part of a Noise handshake (BOLT 8, "Handshake State"): hash, chaining key, temporary key. */
export class HandshakeState {
  #hash: Uint8Array
  #chainingKey: Uint8Array
  #temporaryKey: Uint8Array = new Uint8Array(32)

  /** `responderStaticKey` is mixed in first: the initiator knows it beforehand. */
  constructor(responderStaticKey: Uint8Array) {
    this.#chainingKey = sha256(PROTOCOL_NAME)
    this.#hash = sha256(concatBytes(this.#chainingKey, PROLOGUE))
    this.mixHash(responderStaticKey)
  }

  mixHash(data: Uint8Array): void {
    this.#hash = sha256(concatBytes(this.#hash, data))
  }

  /** Mixes an ECDH into the keys; both operands were checked before. */
  mixKey(secretKey: Uint8Array, publicKey: Uint8Array): void {
    const shared = ecdh(secretKey, publicKey)
    assert(shared !== undefined, 'ECDH of unchecked keys')
    ;[this.#chainingKey, this.#temporaryKey] = deriveKeys(this.#chainingKey, shared)
  }

  encryptAndHash(plaintext: Uint8Array, counter: number): Uint8Array {
    const ciphertext = aeadEncrypt(this.#temporaryKey, encodeNonce(counter), { plaintext, associatedData: this.#hash })
    this.mixHash(ciphertext)
    return ciphertext
  }

  /** Undefined where the tag does not match. */
  decryptAndHash(ciphertext: Uint8Array, counter: number): Uint8Array | undefined {
    const nonce = encodeNonce(counter)
    const plaintext = aeadDecrypt(this.#temporaryKey, nonce, { ciphertext, associatedData: this.#hash })
    if (plaintext) this.mixHash(ciphertext)
    return plaintext
  }

  /** The two session keys, the initiator's sending key first, and the chaining key that rotations start from. */
  split(): { readonly initiatorKey: Uint8Array; readonly responderKey: Uint8Array; readonly chainingKey: Uint8Array } {
    const [initiatorKey, responderKey] = deriveKeys(this.#chainingKey, new Uint8Array(0))
    return { initiatorKey, responderKey, chainingKey: this.#chainingKey }
  }
}

/** A compressed point: the only form that BOLT 8 sends. */
export const isCompressedPoint = (key: Uint8Array): boolean =>
  key.length === 33 && (key[0] === 2 || key[0] === 3) && isPublicKey(key)
