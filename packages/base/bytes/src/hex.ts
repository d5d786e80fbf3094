import { DecodeError } from './decodeError.ts'
import { err, InvariantError, ok, type Result } from './result.ts'

const HEX_OF_BYTE = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

const HIGH_DIGITS = HEX_OF_BYTE.map((digits) => digits.charCodeAt(0))
const LOW_DIGITS = HEX_OF_BYTE.map((digits) => digits.charCodeAt(1))
/** Bytes turned to text at a time; the hashes that become map keys have as many. */
const CHUNK = 32
const chunkCodes = new Array<number>(2 * CHUNK).fill(0)

/** Lower-case hexadecimal text. */
export function bytesToHex(bytes: Uint8Array): string {
  let text = ''
  for (let start = 0; start < bytes.length; start += CHUNK) {
    const size = Math.min(CHUNK, bytes.length - start)
    const codes = size === CHUNK ? chunkCodes : new Array<number>(2 * size)
    for (let i = 0; i < size; i++) {
      const byte = bytes[start + i]!
      codes[2 * i] = HIGH_DIGITS[byte]!
      codes[2 * i + 1] = LOW_DIGITS[byte]!
    }
    // Text that is put together digit by digit is a tree of pieces, which a map must flatten before it can hash it.
    text += String.fromCharCode.apply(null, codes)
  }
  return text
}

function nibble(code: number): number {
  if (code >= 48 && code <= 57) return code - 48
  if (code >= 97 && code <= 102) return code - 87
  if (code >= 65 && code <= 70) return code - 55
  return -1
}

/** Decodes hexadecimal text of either case; violation `bad-hex`. */
export function decodeHex(text: string): Result<Uint8Array, DecodeError> {
  if (text.length % 2 !== 0) return err(new DecodeError('bad-hex', 'odd number of hexadecimal digits'))
  const bytes = new Uint8Array(text.length / 2)
  for (let i = 0; i < bytes.length; i++) {
    const high = nibble(text.charCodeAt(2 * i))
    const low = nibble(text.charCodeAt(2 * i + 1))
    if (high < 0 || low < 0) return err(new DecodeError('bad-hex', `not a hexadecimal digit near ${2 * i}`))
    bytes[i] = high * 16 + low
  }
  return ok(bytes)
}

/** Hexadecimal that is known to be right (constants, our own output); a mistake is a bug. */
export function hexToBytes(text: string): Uint8Array {
  const decoded = decodeHex(text)
  if (!decoded.ok) throw new InvariantError(decoded.error.message)
  return decoded.value
}
