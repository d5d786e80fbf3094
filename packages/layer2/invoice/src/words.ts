import { assert, DecodeError, wordsToBytes } from '@ply/bytes'

// BOLT 11 counts in words of 5 bits, as bech32 does. Functions here throw DecodeError: decodeInvoice catches it.

/** Bytes of a field; bits left over at the end are padding. */
export function fieldBytes(words: Uint8Array): Uint8Array {
  const bytes = wordsToBytes(words, false)
  assert(bytes.ok, 'lenient regrouping cannot fail')
  return bytes.value
}

/** A number of any length, most significant word first. */
export function readNumber(words: Uint8Array): number {
  let value = 0
  for (const word of words) {
    value = value * 32 + word
    if (value > Number.MAX_SAFE_INTEGER) throw new DecodeError('size-too-large', 'number over 53 bits')
  }
  return value
}

/** A number that must have no leading zero word; violation `non-minimal-field`. */
export function readMinimalNumber(words: Uint8Array): number {
  if (words[0] === 0) throw new DecodeError('non-minimal-field')
  return readNumber(words)
}

/** The shortest words of a number, or exactly `length` of them. Zero alone needs no word. */
export function writeNumber(value: number, length?: number): Uint8Array {
  const words: number[] = []
  for (let left = value; left > 0; left = Math.floor(left / 32)) words.unshift(left % 32)
  while (length !== undefined && words.length < length) words.unshift(0)
  return Uint8Array.from(words)
}

/** Bit numbers of a feature field, which has 5-bit steps; violation `non-minimal-field`. */
export function readFeatureWords(words: Uint8Array): Set<number> {
  if (words[0] === 0) throw new DecodeError('non-minimal-field')
  const bits = new Set<number>()
  for (let i = 0; i < words.length; i++) {
    const word = words[words.length - 1 - i]!
    for (let bit = 0; bit < 5; bit++) if ((word >> bit) & 1) bits.add(5 * i + bit)
  }
  return bits
}

export function writeFeatureWords(bits: ReadonlySet<number>): Uint8Array {
  const words = new Uint8Array(Math.floor([...bits].reduce((most, bit) => Math.max(most, bit), -1) / 5) + 1)
  for (const bit of bits) words[words.length - 1 - Math.floor(bit / 5)]! |= 1 << (bit % 5)
  return words
}
