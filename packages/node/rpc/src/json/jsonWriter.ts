import { JsonText } from './value.ts'

const DIGITS = '0123456789abcdef'
/** Both digits of each byte, the first one in the lower half. */
const DIGIT_PAIRS = Uint16Array.from(
  { length: 256 },
  (_, byte) => DIGITS.charCodeAt(byte >> 4) | (DIGITS.charCodeAt(byte & 15) << 8),
)

/** Characters from which on Node's own code is faster, however it is called. */
const LONG_TEXT = 64
/** The same for bytes that become hexadecimal. */
const LONG_BYTES = 160

/** Bytes of the first piece, and of the largest: beyond, memory is moved about for nothing. */
const FIRST_PIECE = 1 << 10
const LAST_PIECE = 1 << 18

function createPiece(size: number) {
  const bytes = Buffer.allocUnsafe(size)
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, size) }
}

/**
 * Writes JSON byte by byte, for answers of megabytes: nearly all of them is hexadecimal, which never becomes a string
 * of its own here. The caller writes brackets, commas and names. Every method returns the writer, so that the code reads
 * like the JSON.
 */
export class JsonWriter {
  #done = ''
  #piece = createPiece(FIRST_PIECE)
  #length = 0

  /** Makes room for `count` bytes, and says where. */
  #take(count: number): number {
    if (this.#length + count > this.#piece.bytes.length) this.#turn(count)
    const start = this.#length
    this.#length = start + count
    return start
  }

  /** Puts away what fills the piece; the next `least` bytes at least find room. */
  #turn(least: number): void {
    this.#done += this.#written()
    this.#length = 0
    const { length } = this.#piece.bytes
    if (length < LAST_PIECE || length < least)
      this.#piece = createPiece(Math.max(least, Math.min(2 * length, LAST_PIECE)))
  }

  #written(): string {
    return this.#piece.bytes.toString('latin1', 0, this.#length)
  }

  /** JSON as it stands, in ASCII. */
  text(ascii: string): this {
    const start = this.#take(ascii.length)
    const { bytes } = this.#piece
    if (ascii.length >= LONG_TEXT) bytes.write(ascii, start, 'latin1')
    else for (let i = 0; i < ascii.length; i++) bytes[start + i] = ascii.charCodeAt(i)
    return this
  }

  /** Lower-case hexadecimal digits, without quotes. */
  hex(bytes: Uint8Array): this {
    if (bytes.length >= LONG_BYTES) {
      return this.text(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex'))
    }
    const start = this.#take(2 * bytes.length)
    const { view } = this.#piece
    for (let i = 0; i < bytes.length; i++) view.setUint16(start + 2 * i, DIGIT_PAIRS[bytes[i]!]!, true)
    return this
  }

  /** A hash as people write it: hexadecimal from the last byte to the first, without quotes. */
  hash(bytes: Uint8Array): this {
    const end = this.#take(2 * bytes.length) + 2 * bytes.length
    const { view } = this.#piece
    for (let i = 0; i < bytes.length; i++) view.setUint16(end - 2 - 2 * i, DIGIT_PAIRS[bytes[i]!]!, true)
    return this
  }

  integer(value: number): this {
    return this.text(String(value))
  }

  /** All that was written, which must be one JSON value. */
  finish(): JsonText {
    return new JsonText(this.#done + this.#written())
  }
}
