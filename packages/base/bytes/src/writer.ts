/**
 * Writes a growing byte array. Multi-byte integers are little-endian unless the name ends in BE.
 * Every method returns the writer, so that an encoder reads like the format.
 */
export class ByteWriter {
  #bytes: Uint8Array
  #view: DataView
  #length = 0

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity)
    this.#view = new DataView(this.#bytes.buffer)
  }

  get length(): number {
    return this.#length
  }

  #grow(extra: number): number {
    const start = this.#length
    const needed = start + extra
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2))
      grown.set(this.#bytes.subarray(0, start))
      this.#bytes = grown
      this.#view = new DataView(grown.buffer)
    }
    this.#length = needed
    return start
  }

  bytes(bytes: Uint8Array): this {
    const start = this.#grow(bytes.length)
    this.#bytes.set(bytes, start)
    return this
  }
  u8(value: number): this {
    const start = this.#grow(1)
    this.#bytes[start] = value
    return this
  }
  u16(value: number): this {
    const start = this.#grow(2)
    this.#view.setUint16(start, value, true)
    return this
  }
  u32(value: number): this {
    const start = this.#grow(4)
    this.#view.setUint32(start, value, true)
    return this
  }
  i32(value: number): this {
    const start = this.#grow(4)
    this.#view.setInt32(start, value, true)
    return this
  }
  u64(value: bigint): this {
    const start = this.#grow(8)
    this.#view.setBigUint64(start, value, true)
    return this
  }
  i64(value: bigint): this {
    const start = this.#grow(8)
    this.#view.setBigInt64(start, value, true)
    return this
  }
  u16BE(value: number): this {
    const start = this.#grow(2)
    this.#view.setUint16(start, value, false)
    return this
  }
  u32BE(value: number): this {
    const start = this.#grow(4)
    this.#view.setUint32(start, value, false)
    return this
  }
  u64BE(value: bigint): this {
    const start = this.#grow(8)
    this.#view.setBigUint64(start, value, false)
    return this
  }

  /** Bitcoin's CompactSize, in its shortest form. */
  compactSize(value: number): this {
    if (value < 0xfd) return this.u8(value)
    if (value < 0x10000) return this.u8(0xfd).u16(value)
    if (value < 0x100000000) return this.u8(0xfe).u32(value)
    return this.u8(0xff).u64(BigInt(value))
  }

  /** BOLT 1's BigSize, in its shortest form. */
  bigSize(value: bigint): this {
    if (value < 0xfdn) return this.u8(Number(value))
    if (value < 0x10000n) return this.u8(0xfd).u16BE(Number(value))
    if (value < 0x100000000n) return this.u8(0xfe).u32BE(Number(value))
    return this.u8(0xff).u64BE(value)
  }

  /** A byte string behind its CompactSize length. */
  varBytes(bytes: Uint8Array): this {
    return this.compactSize(bytes.length).bytes(bytes)
  }

  /** A copy of what was written, cut to length. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }
}

/** Encoded length of a CompactSize. */
export function compactSizeLength(value: number): number {
  return value < 0xfd ? 1 : value < 0x10000 ? 3 : value < 0x100000000 ? 5 : 9
}
