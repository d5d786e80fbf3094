import type { BitReader } from './bitReader.ts'

/** One step of a map from addresses to autonomous systems, as the trie of its prefixes is written down. */
export type Instruction =
  /** Ends the search with an autonomous system. */
  | { readonly type: 'return'; readonly asn: number }
  /** Goes on with the next instruction where the next bit of the address is 0, and `offset` bits behind it where it is 1. */
  | { readonly type: 'jump'; readonly offset: number }
  /** Ends the search with the default unless the next `length` bits of the address are those of `pattern`. */
  | { readonly type: 'match'; readonly length: number; readonly pattern: number }
  /** What a match that fails ends the search with. */
  | { readonly type: 'default'; readonly asn: number }

/** How integers are written: the least one, and how many bits those of each class take. */
interface IntegerCode {
  readonly least: number
  readonly widths: readonly number[]
}

const from = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, i) => first + i)

const TYPE: IntegerCode = { least: 0, widths: [0, 0, 1] }
/** 0 is nobody's (RFC 7607), and stands for an address that is not in the map. */
const ASN: IntegerCode = { least: 1, widths: from(15, 24) }
/** A one and behind it the pattern. */
const MATCH: IntegerCode = { least: 2, widths: from(1, 8) }
/** As long as the shortest instruction that can be skipped. */
const JUMP: IntegerCode = { least: 17, widths: from(5, 30) }

/** As many ones as there are classes below, a zero unless it is the last class, and the place in it, highest bit first. */
function readInteger(reader: BitReader, { least, widths }: IntegerCode): number | undefined {
  let value = least
  for (const [i, width] of widths.entries()) {
    const last = i === widths.length - 1
    const more = last ? 0 : reader.bit()
    if (more === undefined) return undefined
    if (more === 1) {
      value += 2 ** width
      continue
    }
    let place = 0
    for (let read = 0; read < width; read++) {
      const bit = reader.bit()
      if (bit === undefined) return undefined
      place = 2 * place + bit
    }
    return value + place
  }
  return undefined
}

/** The next instruction; undefined where the map ends within it. */
export function readInstruction(reader: BitReader): Instruction | undefined {
  const type = readInteger(reader, TYPE)
  if (type === undefined) return undefined
  const code = [ASN, JUMP, MATCH, ASN][type]!
  const argument = readInteger(reader, code)
  if (argument === undefined) return undefined
  if (type === 0) return { type: 'return', asn: argument }
  if (type === 1) return { type: 'jump', offset: argument }
  if (type === 3) return { type: 'default', asn: argument }
  const length = 31 - Math.clz32(argument)
  return { type: 'match', length, pattern: argument - 2 ** length }
}
