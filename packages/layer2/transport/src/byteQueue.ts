/** Chunks of a stream until enough of them are there. */
export class ByteQueue {
  #chunks: Uint8Array[] = []
  #length = 0

  get length(): number {
    return this.#length
  }

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return
    this.#chunks.push(chunk)
    this.#length += chunk.length
  }

  /** The next `length` bytes, or undefined while they are not all there. */
  take(length: number): Uint8Array | undefined {
    if (this.#length < length) return undefined
    const taken = new Uint8Array(length)
    let filled = 0
    while (filled < length) {
      const chunk = this.#chunks[0]!
      const part = chunk.subarray(0, length - filled)
      taken.set(part, filled)
      filled += part.length
      if (part.length === chunk.length) this.#chunks.shift()
      else this.#chunks[0] = chunk.subarray(part.length)
    }
    this.#length -= length
    return taken
  }
}
