/**
 * Writes a growing byte array. Multi-byte integers are little-endian unless the name ends in BE.
 * Every method returns the writer, so that an encoder reads like the format.
 */
export class ByteWriter {
  #bytes: Uint8Array
  /** Made when first needed: a view of a small array costs more than the array. */
  #view: DataView | undefined
  #length = 0

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity)
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
      this.#view = undefined
    }
    this.#length = needed
    return start
  }

  #dataView(): DataView {
    return (this.#view ??= new DataView(this.#bytes.buffer))
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
    this.#bytes[start] = value
    this.#bytes[start + 1] = value >>> 8
    return this
  }
  u32(value: number): this {
    const start = this.#grow(4)
    this.#bytes[start] = value
    this.#bytes[start + 1] = value >>> 8
    this.#bytes[start + 2] = value >>> 16
    this.#bytes[start + 3] = value >>> 24
    return this
  }
  i32(value: number): this {
    return this.u32(value)
  }
  u64(value: bigint): this {
    const start = this.#grow(8)
    this.#dataView().setBigUint64(start, value, true)
    return this
  }
  i64(value: bigint): this {
    const start = this.#grow(8)
    this.#dataView().setBigInt64(start, value, true)
    return this
  }
  u16BE(value: number): this {
    const start = this.#grow(2)
    this.#dataView().setUint16(start, value, false)
    return this
  }
  u32BE(value: number): this {
    const start = this.#grow(4)
    this.#dataView().setUint32(start, value, false)
    return this
  }
  u64BE(value: bigint): this {
    const start = this.#grow(8)
    this.#dataView().setBigUint64(start, value, false)
    return this
  }

  /** Bitcoin's CompactSize, in its shortest form. */
  compactSize(value: number): this {
    if (value < 0xfd) return this.u8(value)
    if (value < 0x10000) return this.u8(0xfd).u16(value)
    if (value < 0x100000000) return this.u8(0xfe).u32(value)
    return this.u8(0xff).u64(BigInt(value))
  }

  /** A CompactSize of any unsigned 64-bit number. */
  compactSize64(value: bigint): this {
    return value < 0x100000000n ? this.compactSize(Number(value)) : this.u8(0xff).u64(value)
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

  /** What was written, as a view that the next write may spoil. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  /** Forgets what was written. */
  clear(): void {
    this.#length = 0
  }
}

const shared = new ByteWriter(4096)
let isSharedInUse = false

/**
 * What `use` makes of the bytes that `write` writes, for bytes that are hashed at once: they stand in a buffer that is
 * used again and again, so that `use` must keep no view of them.
 */
export function withEncoding<T>(write: (writer: ByteWriter) => void, use: (bytes: Uint8Array) => T): T {
  if (isSharedInUse) {
    const own = new ByteWriter()
    write(own)
    return use(own.view())
  }
  isSharedInUse = true
  try {
    shared.clear()
    write(shared)
    return use(shared.view())
  } finally {
    isSharedInUse = false
  }
}

/** The bytes that `write` writes, in an array of just their length. */
export const encodeWith = (write: (writer: ByteWriter) => void): Uint8Array =>
  withEncoding(write, (bytes) => bytes.slice())

/** Encoded length of a CompactSize. */
export function compactSizeLength(value: number): number {
  return value < 0xfd ? 1 : value < 0x10000 ? 3 : value < 0x100000000 ? 5 : 9
}
