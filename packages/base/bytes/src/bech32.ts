import { bech32, bech32m } from '@scure/base'
import { DecodeError } from './decodeError.ts'
import { assert, err, ok, type Result } from './result.ts'

/** BIP 173 (`bech32`) and BIP 350 (`bech32m`) differ only in the checksum constant. */
export type Bech32Encoding = 'bech32' | 'bech32m'

export interface Bech32 {
  readonly encoding: Bech32Encoding
  /** Human-readable part, lower case. */
  readonly hrp: string
  /** Data part as 5-bit words, checksum removed. */
  readonly words: Uint8Array
}

export const BECH32_ALPHABET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
const ALPHABET_CODES = Array.from(BECH32_ALPHABET, (character) => character.charCodeAt(0))
const CHECKSUM_CONSTANT = { bech32: 1, bech32m: 0x2bc830a3 } as const
const CHECKSUM_LENGTH = 6
/** What the five bits that fall out at the top of the checksum bring in below. */
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3]
const REDUCED = Int32Array.from({ length: 32 }, (_, top) =>
  GENERATOR.reduce((sum, generator, bit) => ((top >> bit) & 1 ? sum ^ generator : sum), 0),
)
const polymod = (checksum: number, word: number): number =>
  (((checksum & 0x1ffffff) << 5) | word) ^ REDUCED[checksum >>> 25]!

function prefixChecksum(hrp: string): number {
  let checksum = 1
  for (let i = 0; i < hrp.length; i++) checksum = polymod(checksum, hrp.charCodeAt(i) >> 5)
  checksum = polymod(checksum, 0)
  for (let i = 0; i < hrp.length; i++) checksum = polymod(checksum, hrp.charCodeAt(i) & 31)
  return checksum
}

/** What is left of a text, checksum and all, when it is divided by the generator of the code: 0 if it is right. */
export function bech32Residue({ encoding, hrp, words }: Bech32): number {
  let checksum = prefixChecksum(hrp)
  for (const word of words) checksum = polymod(checksum, word)
  return (checksum ^ CHECKSUM_CONSTANT[encoding]) >>> 0
}

/**
 * Encodes 5-bit `words` behind a lower-case prefix. `limit` is the longest text allowed: 90 in BIP 173, none for
 * invoices. Nodes encode an address for each output that they show: this is the one that must be fast.
 */
export function encodeBech32({ encoding, hrp, words }: Bech32, limit: number | false = 90): string {
  const length = hrp.length + 1 + words.length + CHECKSUM_LENGTH
  assert(/^[!-@[-~]+$/.test(hrp), 'a bech32 prefix is printable and lower case')
  assert(limit === false || length <= limit, `bech32 text of ${length} characters`)
  let checksum = prefixChecksum(hrp)
  const codes: number[] = []
  for (const word of words) {
    assert(word < 32, 'a bech32 word has five bits')
    checksum = polymod(checksum, word)
    codes.push(ALPHABET_CODES[word]!)
  }
  for (let i = 0; i < CHECKSUM_LENGTH; i++) checksum = polymod(checksum, 0)
  checksum ^= CHECKSUM_CONSTANT[encoding]
  for (let i = CHECKSUM_LENGTH - 1; i >= 0; i--) codes.push(ALPHABET_CODES[(checksum >>> (5 * i)) & 31]!)
  return `${hrp}1${charactersOf(codes)}`
}

/** Character codes in one piece; pieces where there are more than one call takes. */
function charactersOf(codes: readonly number[]): string {
  const PIECE = 1024
  if (codes.length <= PIECE) return String.fromCharCode(...codes)
  let text = ''
  for (let at = 0; at < codes.length; at += PIECE) text += String.fromCharCode(...codes.slice(at, at + PIECE))
  return text
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
