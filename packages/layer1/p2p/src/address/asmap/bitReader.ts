/** Reads the bits of bytes one after another, in each byte from the lowest on. */
export class BitReader {
  readonly #bytes: Uint8Array
  /** Bits read or skipped. */
  position = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** Bits that are left; none where the position lies behind the end. */
  get left(): number {
    return Math.max(0, 8 * this.#bytes.length - this.position)
  }

  /** The next bit; undefined at the end. */
  bit(): 0 | 1 | undefined {
    if (this.left === 0) return undefined
    const bit = (this.#bytes[this.position >> 3]! >> (this.position & 7)) & 1
    this.position++
    return bit === 1 ? 1 : 0
  }
}
