import { type BlockHeader, encodeHeader } from '@ply/primitives'
import { compress, INITIAL_STATE } from '@ply/crypto/wasm'

const PADDING_BIT = 0x80000000 | 0
const HEADER_BITS = 80 * 8
const HASH_BITS = 32 * 8

/** Bytes as big-endian words. */
export function wordsBE(bytes: Uint8Array): Int32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const words = new Int32Array(bytes.length / 4)
  for (let i = 0; i < words.length; i++) words[i] = view.getInt32(4 * i, false)
  return words
}

/** A word with its bytes reversed. */
export const swap = (word: number): number =>
  ((word & 0xff) << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)

/** Double SHA256 of a header for one nonce after another, its first 64 bytes hashed only once. */
export class HeaderHasher {
  /** The state after the first 64 bytes. */
  readonly midstate = Int32Array.from(INITIAL_STATE)
  /** The padded rest, the nonce as its fourth word. */
  readonly tail = new Int32Array(16)
  readonly #schedule = new Int32Array(64)
  readonly #second = new Int32Array(64)
  /** The hash as eight big-endian words. */
  readonly state = new Int32Array(8)

  constructor(header: BlockHeader) {
    const words = wordsBE(encodeHeader(header))
    const first = new Int32Array(64)
    first.set(words.subarray(0, 16))
    compress(this.midstate, first)
    this.tail.set(words.subarray(16, 20))
    this.tail[4] = PADDING_BIT
    this.tail[15] = HEADER_BITS
    this.#schedule.set(this.tail)
    this.#second[8] = PADDING_BIT
    this.#second[15] = HASH_BITS
  }

  hash(nonce: number): void {
    const { state } = this
    this.#schedule[3] = swap(nonce)
    state.set(this.midstate)
    compress(state, this.#schedule)
    this.#second.set(state)
    state.set(INITIAL_STATE)
    compress(state, this.#second)
  }
}
