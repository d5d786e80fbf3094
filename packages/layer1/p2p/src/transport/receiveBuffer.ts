/** Collects the bytes of one unit. It grows with the bytes that came, not with the length that was announced. */
export class ReceiveBuffer {
  #bytes = new Uint8Array(0)
  #length = 0

  get length(): number {
    return this.#length
  }

  /** Bytes of memory held. */
  get capacity(): number {
    return this.#bytes.length
  }

  /** What came so far; it is overwritten by what comes next. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  /** Adds `part`; never more than `most` bytes are held. */
  append(part: Uint8Array, most: number): void {
    const needed = this.#length + part.length
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(Math.min(most, Math.max(needed, 2 * this.#bytes.length)))
      grown.set(this.bytes)
      this.#bytes = grown
    }
    this.#bytes.set(part, this.#length)
    this.#length = needed
  }

  /** Gives the bytes away and begins anew. */
  take(): Uint8Array {
    const bytes = this.bytes
    this.#bytes = new Uint8Array(0)
    this.#length = 0
    return bytes
  }
}
