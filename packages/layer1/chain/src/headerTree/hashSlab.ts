/** Bytes of a hash. */
export const HASH_LENGTH = 32
/** What is kept of a header: its hash and its merkle root. */
const PLACE = 2 * HASH_LENGTH
const CHUNK = 1024 * PLACE

/** Where a header's hash lies, its merkle root behind it. */
export interface HashPlace {
  readonly bytes: Uint8Array
  readonly offset: number
}

/** Keeps the hashes of many headers side by side: an array of its own for each takes seven times the bytes of a hash. */
export class HashSlab {
  #chunk: Uint8Array
  #used = 0

  /** `first` is the size of the first chunk in headers. */
  constructor(first = CHUNK / PLACE) {
    this.#chunk = new Uint8Array(first * PLACE)
  }

  add(hash: Uint8Array, merkleRoot: Uint8Array): HashPlace {
    if (this.#used === this.#chunk.length) {
      this.#chunk = new Uint8Array(CHUNK)
      this.#used = 0
    }
    const place = { bytes: this.#chunk, offset: this.#used }
    place.bytes.set(hash, place.offset)
    place.bytes.set(merkleRoot, place.offset + HASH_LENGTH)
    this.#used += PLACE
    return place
  }
}
