import { DecodeError } from '@ply/bytes'

/** Writes single bits, the highest bit of each byte first (BIP 158); the last byte is filled up with zeros. */
export class BitWriter {
  readonly #bytes: number[] = []
  #used = 8

  bit(bit: 0 | 1): void {
    if (this.#used === 8) {
      this.#bytes.push(0)
      this.#used = 0
    }
    if (bit === 1) this.#bytes[this.#bytes.length - 1]! |= 0x80 >> this.#used
    this.#used++
  }

  /** The lowest `count` bits of `value`, the highest of them first. */
  bits(value: number, count: number): void {
    for (let i = count - 1; i >= 0; i--) this.bit(((value >>> i) & 1) as 0 | 1)
  }

  finish(): Uint8Array {
    return Uint8Array.from(this.#bytes)
  }
}

/** Reads what {@link BitWriter} wrote; violation `end-of-data`. */
export class BitReader {
  readonly #bytes: Uint8Array
  #position = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** Bytes that no bit was read of. */
  get unreadBytes(): number {
    return this.#bytes.length - Math.ceil(this.#position / 8)
  }

  bit(): 0 | 1 {
    const byte = this.#bytes[this.#position >>> 3]
    if (byte === undefined) throw new DecodeError('end-of-data', 'the bit stream ends inside a value')
    const bit = (byte >>> (7 - (this.#position & 7))) & 1
    this.#position++
    return bit as 0 | 1
  }

  bits(count: number): number {
    let value = 0
    for (let i = 0; i < count; i++) value = (value << 1) | this.bit()
    return value
  }
}
