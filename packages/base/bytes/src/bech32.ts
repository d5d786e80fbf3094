import { bech32, bech32m } from '@scure/base'
import { DecodeError } from './decodeError.ts'
import { err, ok, type Result } from './result.ts'

/** BIP 173 (`bech32`) and BIP 350 (`bech32m`) differ only in the checksum constant. */
export type Bech32Encoding = 'bech32' | 'bech32m'

export interface Bech32 {
  readonly encoding: Bech32Encoding
  /** Human-readable part, lower case. */
  readonly hrp: string
  /** Data part as 5-bit words, checksum removed. */
  readonly words: Uint8Array
}

/** Encodes 5-bit `words`. `limit` is the longest text allowed: 90 in BIP 173, none for invoices. */
export function encodeBech32({ encoding, hrp, words }: Bech32, limit: number | false = 90): string {
  const codec = encoding === 'bech32' ? bech32 : bech32m
  return codec.encode(hrp, Array.from(words), limit)
}

/** Decodes either encoding and says which it was; violation `bad-bech32`. */
export function decodeBech32(text: string, limit: number | false = 90): Result<Bech32, DecodeError> {
  for (const encoding of ['bech32', 'bech32m'] as const) {
    const codec = encoding === 'bech32' ? bech32 : bech32m
    const decoded = codec.decodeUnsafe(text, limit)
    if (decoded) return ok({ encoding, hrp: decoded.prefix, words: Uint8Array.from(decoded.words) })
  }
  return err(new DecodeError('bad-bech32'))
}

/** Regroups 8-bit bytes into 5-bit words, zero-padded at the end. */
export function bytesToWords(bytes: Uint8Array): Uint8Array {
  const words = new Uint8Array(Math.ceil((bytes.length * 8) / 5))
  let accumulator = 0
  let bits = 0
  let at = 0
  for (const byte of bytes) {
    accumulator = ((accumulator << 8) | byte) & 0xfff
    bits += 8
    while (bits >= 5) {
      bits -= 5
      words[at++] = (accumulator >> bits) & 31
    }
  }
  if (bits > 0) words[at] = (accumulator << (5 - bits)) & 31
  return words
}

/**
 * Regroups 5-bit words into bytes. With `strict` (addresses, BIP 173) padding must be under 5 bits and zero
 * (violation `bad-padding`); without it (BOLT 11 fields) left-over bits are dropped.
 */
export function wordsToBytes(words: Uint8Array, strict = true): Result<Uint8Array, DecodeError> {
  const bytes = new Uint8Array(Math.floor((words.length * 5) / 8))
  let accumulator = 0
  let bits = 0
  let at = 0
  for (const word of words) {
    accumulator = ((accumulator << 5) | word) & 0xfff
    bits += 5
    if (bits >= 8) {
      bits -= 8
      bytes[at++] = (accumulator >> bits) & 255
    }
  }
  if (strict && (bits >= 5 || (accumulator & ((1 << bits) - 1)) !== 0)) return err(new DecodeError('bad-padding'))
  return ok(bytes)
}
