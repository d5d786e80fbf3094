import { DecodeError, tryDecode } from './decodeError.ts'
import type { Result } from './result.ts'

/** No length prefix may announce more than this many bytes or items (Bitcoin Core's MAX_SIZE). */
export const MAX_SIZE = 0x02000000

/** Blocks are full of empty scripts: one array serves all, for it has nothing that could be changed. */
const EMPTY = new Uint8Array(0)

/**
 * Reads a byte array from front to back. Multi-byte integers are little-endian unless the name ends in BE.
 * Every method throws {@link DecodeError} (`end-of-data`, `non-canonical-…`, `size-too-large`);
 * wrap a whole codec in `decodeExact` or `tryDecode`.
 */
export class ByteReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #share: boolean
  #offset = 0

  /** With `share`, {@link part} gives views into `bytes`, which must never change then. */
  constructor(bytes: Uint8Array, share = false) {
    this.#bytes = bytes
    this.#share = share
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** Bytes read so far. */
  get offset(): number {
    return this.#offset
  }

  /** Bytes not yet read. */
  get remaining(): number {
    return this.#bytes.length - this.#offset
  }

  #take(length: number): number {
    const start = this.#offset
    if (length > this.#bytes.length - start) {
      throw new DecodeError('end-of-data', `wanted ${length} bytes, ${this.#bytes.length - start} left`)
    }
    this.#offset = start + length
    return start
  }

  /** A copy of the next `length` bytes: it does not keep the input alive. */
  bytes(length: number): Uint8Array {
    if (length === 0) return EMPTY
    const start = this.#take(length)
    return this.#bytes.slice(start, start + length)
  }

  /** The next `length` bytes as a view into the input. */
  view(length: number): Uint8Array {
    const start = this.#take(length)
    return this.#bytes.subarray(start, start + length)
  }

  /** The next `length` bytes: a copy, or a view where the reader was told to share its input. */
  part(length: number): Uint8Array {
    return this.#share && length > 0 ? this.view(length) : this.bytes(length)
  }

  /** A copy of everything that is left. */
  rest(): Uint8Array {
    return this.bytes(this.remaining)
  }

  /** The bytes between two offsets that were already read, as a view into the input. */
  span(start: number, end: number): Uint8Array {
    return this.#bytes.subarray(start, end)
  }

  /** The next byte without reading it, or undefined at the end. */
  peek(): number | undefined {
    return this.#bytes[this.#offset]
  }

  u8(): number {
    return this.#bytes[this.#take(1)]!
  }
  u16(): number {
    return this.#view.getUint16(this.#take(2), true)
  }
  u32(): number {
    return this.#view.getUint32(this.#take(4), true)
  }
  i32(): number {
    return this.#view.getInt32(this.#take(4), true)
  }
  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8), true)
  }
  i64(): bigint {
    return this.#view.getBigInt64(this.#take(8), true)
  }
  u16BE(): number {
    return this.#view.getUint16(this.#take(2), false)
  }
  u32BE(): number {
    return this.#view.getUint32(this.#take(4), false)
  }
  u64BE(): bigint {
    return this.#view.getBigUint64(this.#take(8), false)
  }

  /** Bitcoin's CompactSize; rejects non-minimal forms and, unless `unlimited`, values over {@link MAX_SIZE}. */
  compactSize(unlimited = false): number {
    const first = this.u8()
    let value = first
    if (first === 0xfd) {
      value = this.u16()
      if (value < 0xfd) throw new DecodeError('non-canonical-compact-size')
    } else if (first === 0xfe) {
      value = this.u32()
      if (value < 0x10000) throw new DecodeError('non-canonical-compact-size')
    } else if (first === 0xff) {
      const wide = this.u64()
      if (wide < 0x100000000n) throw new DecodeError('non-canonical-compact-size')
      if (wide > BigInt(Number.MAX_SAFE_INTEGER)) throw new DecodeError('size-too-large')
      value = Number(wide)
    }
    if (!unlimited && value > MAX_SIZE) throw new DecodeError('size-too-large', `size ${value} is over ${MAX_SIZE}`)
    return value
  }

  /** A CompactSize over the whole 64-bit range. */
  compactSize64(): bigint {
    if (this.peek() !== 0xff) return BigInt(this.compactSize(true))
    this.u8()
    const value = this.u64()
    if (value < 0x100000000n) throw new DecodeError('non-canonical-compact-size')
    return value
  }

  /** BOLT 1's BigSize: as CompactSize, but big-endian and over the whole 64-bit range. */
  bigSize(): bigint {
    const first = this.u8()
    if (first < 0xfd) return BigInt(first)
    const [value, least] =
      first === 0xfd
        ? [BigInt(this.u16BE()), 0xfdn]
        : first === 0xfe
          ? [BigInt(this.u32BE()), 0x10000n]
          : [this.u64BE(), 0x100000000n]
    if (value < least) throw new DecodeError('non-canonical-big-size')
    return value
  }

  /** A byte string behind a CompactSize length. */
  varBytes(limit: number = MAX_SIZE): Uint8Array {
    const length = this.compactSize()
    if (length > limit) throw new DecodeError('size-too-large', `${length} bytes where at most ${limit} may stand`)
    return this.bytes(length)
  }

  /** As {@link varBytes}, by {@link part}. */
  varPart(): Uint8Array {
    return this.part(this.compactSize())
  }

  /** Throws `trailing-data` unless everything was read. */
  end(): void {
    if (this.remaining !== 0) throw new DecodeError('trailing-data', `${this.remaining} bytes too many`)
  }
}

/**
 * Runs a codec over the whole of `bytes`: violations of the codec, or `trailing-data` if it stops early. With `share`,
 * parts of the value may be views into `bytes`.
 */
export function decodeExact<T>(
  bytes: Uint8Array,
  decode: (reader: ByteReader) => T,
  { share = false }: { readonly share?: boolean } = {},
): Result<T, DecodeError> {
  return tryDecode(() => {
    const reader = new ByteReader(bytes, share)
    const value = decode(reader)
    reader.end()
    return value
  })
}
