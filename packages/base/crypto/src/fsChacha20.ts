import { assert, ByteWriter } from '@ply/bytes'
import { activeProvider } from './provider/active.ts'
import { chacha20Stream } from './chacha20.ts'

/** Chunks or packets after which a key is replaced by one that nobody can turn back. */
const REKEY_INTERVAL = 224
const REKEY_NONCE = 0xffffffff

const NOTHING = new Uint8Array(0)
const KEY_LENGTH = 32

const createNonce = (first: number, epoch: number): Uint8Array =>
  new ByteWriter(12).u32(first).u64(BigInt(epoch)).finish()

/** BIP 324 `FSChaCha20`: a stream cipher for short chunks of one length, with forward secrecy. */
export class FsChacha20 {
  readonly #chunkLength: number
  #key: Uint8Array
  #epoch = 0
  #chunk = 0
  #stream: Uint8Array = NOTHING

  /** `chunkLength`: bytes of every chunk; the stream of a key is drawn at once for all of its chunks. */
  constructor(key: Uint8Array, chunkLength: number) {
    assert(key.length === KEY_LENGTH, 'a ChaCha20 key has 32 bytes')
    this.#key = key
    this.#chunkLength = chunkLength
  }

  /** Encrypts or decrypts the next chunk. */
  crypt(chunk: Uint8Array): Uint8Array {
    assert(chunk.length === this.#chunkLength, 'a chunk of another length')
    if (this.#stream.length === 0) {
      const length = REKEY_INTERVAL * this.#chunkLength + KEY_LENGTH
      this.#stream = chacha20Stream(this.#key, createNonce(0, this.#epoch), length)
    }
    const start = this.#chunk++ * this.#chunkLength
    const result = chunk.map((byte, i) => byte ^ this.#stream[start + i]!)
    if (this.#chunk === REKEY_INTERVAL) {
      this.#key = this.#stream.slice(-KEY_LENGTH)
      this.#stream = NOTHING
      this.#chunk = 0
      this.#epoch++
    }
    return result
  }
}

/** BIP 324 `FSChaCha20Poly1305`: the AEAD for a sequence of packets, with forward secrecy. */
export class FsChacha20Poly1305 {
  #key: Uint8Array
  #epoch = 0
  #packet = 0

  constructor(key: Uint8Array) {
    assert(key.length === KEY_LENGTH, 'a ChaCha20 key has 32 bytes')
    this.#key = key
  }

  /** The next packet: ciphertext and its tag of 16 bytes. */
  encrypt(plaintext: Uint8Array, associatedData: Uint8Array): Uint8Array {
    const nonce = createNonce(this.#packet, this.#epoch)
    const sealed = activeProvider().aeadEncrypt(this.#key, nonce, plaintext, associatedData)
    this.#advance()
    return sealed
  }

  /** Opens the next packet; undefined if it is not authentic. */
  decrypt(ciphertext: Uint8Array, associatedData: Uint8Array): Uint8Array | undefined {
    const nonce = createNonce(this.#packet, this.#epoch)
    const opened = activeProvider().aeadDecrypt(this.#key, nonce, ciphertext, associatedData)
    this.#advance()
    return opened
  }

  #advance(): void {
    if (++this.#packet < REKEY_INTERVAL) return
    const nonce = createNonce(REKEY_NONCE, this.#epoch)
    const sealed = activeProvider().aeadEncrypt(this.#key, nonce, new Uint8Array(KEY_LENGTH), NOTHING)
    this.#key = sealed.slice(0, KEY_LENGTH)
    this.#packet = 0
    this.#epoch++
  }
}
