import { DecodeError, err, ok, type Result } from '@ply/bytes'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** RFC 4648 base64 with padding. */
export function encodeBase64(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const group = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    text += ALPHABET[group >> 18]! + ALPHABET[(group >> 12) & 63]!
    text += i + 1 < bytes.length ? ALPHABET[(group >> 6) & 63]! : '='
    text += i + 2 < bytes.length ? ALPHABET[group & 63]! : '='
  }
  return text
}

/** Violation `bad-base64`: wrong characters, length, padding, or bits left over. */
export function decodeBase64(text: string): Result<Uint8Array, DecodeError> {
  const bad = (): Result<Uint8Array, DecodeError> => err(new DecodeError('bad-base64', 'not base64'))
  if (text.length % 4 !== 0) return bad()
  const digits = text.endsWith('==') ? text.slice(0, -2) : text.endsWith('=') ? text.slice(0, -1) : text
  const bytes = new Uint8Array(Math.floor((digits.length * 6) / 8))
  let accumulator = 0
  let bits = 0
  let at = 0
  for (const digit of digits) {
    const value = ALPHABET.indexOf(digit)
    if (value < 0) return bad()
    accumulator = ((accumulator << 6) | value) & 0xffff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      bytes[at++] = (accumulator >> bits) & 255
    }
  }
  return (accumulator & ((1 << bits) - 1)) === 0 ? ok(bytes) : bad()
}
