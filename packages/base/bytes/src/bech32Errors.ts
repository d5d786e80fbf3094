import { bech32Residue, type Bech32Encoding, BECH32_ALPHABET } from './bech32.ts'

/** What is wrong with a text that should be bech32, in Bitcoin Core's words, and where it likely is. */
export interface Bech32Errors {
  readonly message: string
  /** Places in the text, counted from 0. */
  readonly positions: readonly number[]
}

const CHECKSUM_LENGTH = 6
const MAX_LENGTH = 90
/** Non-zero elements of GF(1024), of which each 33rd power of the root is in GF(32). */
const ORDER = 1023
const SUBFIELD_STEP = 33
/** The generator of the code has the 997th, 998th and 999th power of the root for its zeros. */
const FIRST_ZERO = 997

/** Powers and logarithms of GF(32), made by x^5 + x^3 + 1 (BIP 173). */
const EXP_32: number[] = []
const LOG_32: number[] = []
for (let power = 0, value = 1; power < 31; power++) {
  EXP_32[power] = value
  LOG_32[value] = power
  value = (value << 1) & 32 ? (value << 1) ^ 41 : value << 1
}
const multiply32 = (a: number, b: number): number => (a && b ? EXP_32[(LOG_32[a]! + LOG_32[b]!) % 31]! : 0)

/** The same of GF(1024), which is GF(32) with a root of x² + 9x + 23; the upper five bits are the root's factor. */
const EXP: number[] = []
const LOG: number[] = []
for (let power = 0, value = 1; power < ORDER; power++) {
  EXP[power] = value
  LOG[value] = power
  const [upper, lower] = [value >> 5, value & 31]
  value = ((multiply32(upper, 9) ^ lower) << 5) | multiply32(upper, 23)
}

const power = (exponent: number): number => EXP[((exponent % ORDER) + ORDER) % ORDER]!
const multiply = (a: number, b: number): number => (a && b ? power(LOG[a]! + LOG[b]!) : 0)
const divide = (a: number, b: number): number => (a ? power(LOG[a]! - LOG[b]!) : 0)
const isInSubfield = (value: number): boolean => value !== 0 && LOG[value]! % SUBFIELD_STEP === 0

type Syndromes = readonly [number, number, number]

/** The polynomial of the errors at the zeros of the generator, where the code itself is nothing. */
function computeSyndromes(residue: number): Syndromes {
  const at = (zero: number): number => {
    let sum = 0
    for (let i = 0; i < CHECKSUM_LENGTH; i++) sum ^= multiply((residue >>> (5 * i)) & 31, power(i * zero))
    return sum
  }
  return [at(FIRST_ZERO), at(FIRST_ZERO + 1), at(FIRST_ZERO + 2)]
}

/** An error of value v at p, counted from the end, adds v·root^(997p) to the first syndrome. */
const isErrorAt = (firstSyndrome: number, place: number): boolean =>
  isInSubfield(multiply(firstSyndrome, power(-FIRST_ZERO * place)))

/** The place of a single error, counted from the end: each syndrome is the one before times root^place. */
function findSingle([s0, s1, s2]: Syndromes, length: number): number[] | undefined {
  if (!s0 || !s1 || !s2 || multiply(s1, s1) !== multiply(s0, s2)) return undefined
  const place = LOG[divide(s1, s0)]!
  return place < length && isErrorAt(s0, place) ? [place] : []
}

/** The places of two errors, counted from the end, the further one first. */
function findPair([s0, s1, s2]: Syndromes, length: number): number[] {
  for (let first = 0; first < length; first++) {
    // What the second error alone leaves in the syndromes, times root^first + root^second.
    const upper = s2 ^ multiply(s1, power(first))
    const lower = s1 ^ multiply(s0, power(first))
    if (!upper || !lower) continue
    const second = LOG[divide(upper, lower)]!
    if (second >= length || second === first) continue
    const difference = power(first) ^ power(second)
    const other = s1 ^ multiply(s0, power(second))
    if (isErrorAt(divide(lower, difference), second) && isErrorAt(divide(other, difference), first)) {
      return first > second ? [first, second] : [second, first]
    }
  }
  return []
}

/** Characters that are none of bech32, and letters of the other case than those before. */
function findBadCharacters(text: string): number[] {
  const found: number[] = []
  const firstCase = /[a-zA-Z]/.exec(text)?.[0]
  const isLower = firstCase !== undefined && firstCase >= 'a'
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    const wrongCase = isLower ? /[A-Z]/.test(text[i]!) : /[a-z]/.test(text[i]!)
    if (code < 33 || code > 126 || wrongCase) found.push(i)
  }
  return found
}

const NAMES: Readonly<Record<Bech32Encoding, string>> = {
  bech32: 'Invalid Bech32 checksum',
  bech32m: 'Invalid Bech32m checksum',
}

/** Up to two wrong characters; which encoding was meant is told by which one has fewer. */
function findErrors(text: string, hrp: string, words: Uint8Array): Bech32Errors {
  let positions: number[] = []
  let message = 'Invalid checksum'
  for (const encoding of ['bech32', 'bech32m'] as const) {
    const residue = bech32Residue({ encoding, hrp, words })
    if (residue === 0) return { message: '', positions: [] }
    const syndromes = computeSyndromes(residue)
    const places = findSingle(syndromes, words.length) ?? findPair(syndromes, words.length)
    if (places.length === 0 || (positions.length > 0 && places.length >= positions.length)) continue
    positions = places.map((place) => text.length - place - 1)
    message = NAMES[encoding]
  }
  return { message, positions }
}

/**
 * Finds up to two wrong characters of a bech32 or bech32m text (BIP 173, BIP 350); no message for a text without any.
 * What would be right is not said: a correction might be the address of somebody else.
 */
export function locateBech32Errors(text: string): Bech32Errors {
  if (text.length > MAX_LENGTH) {
    const positions = Array.from({ length: text.length - MAX_LENGTH }, (_, i) => MAX_LENGTH + i)
    return { message: 'Bech32 string too long', positions }
  }
  const bad = findBadCharacters(text)
  if (bad.length > 0) return { message: 'Invalid character or mixed case', positions: bad }
  const separator = text.lastIndexOf('1')
  if (separator < 0) return { message: 'Missing separator', positions: [] }
  if (separator === 0 || separator + CHECKSUM_LENGTH >= text.length) {
    return { message: 'Invalid separator position', positions: [separator] }
  }
  const lower = text.toLowerCase()
  const words = new Uint8Array(text.length - separator - 1)
  for (let i = separator + 1; i < text.length; i++) {
    const word = BECH32_ALPHABET.indexOf(lower[i]!)
    if (word < 0) return { message: 'Invalid Base 32 character', positions: [i] }
    words[i - separator - 1] = word
  }
  return findErrors(text, lower.slice(0, separator), words)
}
