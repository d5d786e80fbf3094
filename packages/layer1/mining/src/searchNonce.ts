import { bigintToBytesLE } from '@ply/bytes'
import { decodeCompact } from '@ply/consensus'
import { type BlockHeader, encodeHeader } from '@ply/primitives'
import { compress, INITIAL_STATE } from './sha256Rounds.ts'

/** How a bounded search ended. */
export type NonceSearch =
  | { readonly found: true; readonly header: BlockHeader; readonly tries: number }
  /** `nextNonce` is undefined once all nonces were tried: time for another merkle root or time. */
  | { readonly found: false; readonly nextNonce: number | undefined; readonly tries: number }

const NONCES = 2 ** 32
const PADDING_BIT = 0x80000000 | 0
const HEADER_BITS = 80 * 8
const HASH_BITS = 32 * 8

function wordsBE(bytes: Uint8Array): Int32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Int32Array.from({ length: bytes.length / 4 }, (_, i) => view.getInt32(4 * i, false))
}

const swap = (word: number): number =>
  ((word & 0xff) << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)

/** Double SHA256 of a header for one nonce after another, its first 64 bytes hashed only once. */
class HeaderHasher {
  readonly #midstate = Int32Array.from(INITIAL_STATE)
  readonly #tail = new Int32Array(64)
  readonly #second = new Int32Array(64)
  /** The hash as eight big-endian words. */
  readonly state = new Int32Array(8)

  constructor(header: BlockHeader) {
    const words = wordsBE(encodeHeader(header))
    const first = new Int32Array(64)
    first.set(words.subarray(0, 16))
    compress(this.#midstate, first)
    this.#tail.set(words.subarray(16, 20))
    this.#tail[4] = PADDING_BIT
    this.#tail[15] = HEADER_BITS
    this.#second[8] = PADDING_BIT
    this.#second[15] = HASH_BITS
  }

  hash(nonce: number): void {
    const { state } = this
    this.#tail[3] = swap(nonce)
    state.set(this.#midstate)
    compress(state, this.#tail)
    this.#second.set(state)
    state.set(INITIAL_STATE)
    compress(state, this.#second)
  }
}

/** True if the hash, read as a little-endian number, is not above the target (eight words, least first). */
function meetsTarget(hash: Int32Array, target: Uint32Array): boolean {
  for (let i = 7; i >= 0; i--) {
    const word = swap(hash[i]!) >>> 0
    if (word !== target[i]!) return word < target[i]!
  }
  return true
}

/**
 * Tries at most `tries` nonces from `header.nonce` on for one whose hash meets the header's own target. Bounded, so that
 * a shell can do other things in between, and go on at `nextNonce`.
 */
export function searchNonce(header: BlockHeader, tries: number): NonceSearch {
  const { target: limit, negative, overflow } = decodeCompact(header.bits)
  // A target that no valid header can have is met by nothing.
  if (negative || overflow || limit === 0n) return { found: false, nextNonce: undefined, tries: 0 }
  const bytes = bigintToBytesLE(limit, 32)
  const target = Uint32Array.from(wordsBE(bytes), (word) => swap(word) >>> 0)
  const hasher = new HeaderHasher(header)
  const end = Math.min(NONCES, header.nonce + tries)
  for (let nonce = header.nonce; nonce < end; nonce++) {
    hasher.hash(nonce)
    if (meetsTarget(hasher.state, target)) {
      return { found: true, header: { ...header, nonce }, tries: nonce - header.nonce + 1 }
    }
  }
  return { found: false, nextNonce: end < NONCES ? end : undefined, tries: end - header.nonce }
}
