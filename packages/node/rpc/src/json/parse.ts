import { DecodeError, type Result, tryDecode } from '@ply/bytes'
import { type Json, type JsonObject, RawNumber } from './value.ts'

const MAX_DEPTH = 512
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y
const WHITESPACE = /[ \t\n\r]*/y
/** Half of a pair that stands for one character; of escapes alone can there be any. */
const LONE_SURROGATE = /\p{Surrogate}/u
const ESCAPED: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}

const repeated = new WeakMap<JsonObject, string>()

/** A name that two members of an object had in the text that it was read from; undefined where each had its own. */
export const repeatedMember = (object: JsonObject): string | undefined => repeated.get(object)

class JsonParser {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  document(): Json {
    const value = this.#value(0)
    this.#space()
    if (this.#at !== this.#text.length) this.#fail('text after the end')
    return value
  }

  #fail(what: string): never {
    throw new DecodeError('bad-json', `${what} at character ${this.#at}`)
  }

  #space(): void {
    WHITESPACE.lastIndex = this.#at
    WHITESPACE.test(this.#text)
    this.#at = WHITESPACE.lastIndex
  }

  #value(depth: number): Json {
    this.#space()
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(depth)
      case '[':
        return this.#array(depth)
      case '"':
        return this.#string()
      case 't':
        return this.#word('true', true)
      case 'f':
        return this.#word('false', false)
      case 'n':
        return this.#word('null', null)
      case undefined:
        return this.#fail('end of text')
      default:
        return this.#number()
    }
  }

  #word<T extends Json>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) this.#fail('unknown word')
    this.#at += word.length
    return value
  }

  #number(): number | RawNumber {
    NUMBER.lastIndex = this.#at
    const match = NUMBER.exec(this.#text)
    if (!match) return this.#fail('not a value')
    this.#at = NUMBER.lastIndex
    const exact =
      match[0] !== '-0' && match[1] === undefined && match[2] === undefined && Number.isSafeInteger(Number(match[0]))
    return exact ? Number(match[0]) : new RawNumber(match[0])
  }

  #string(): string {
    let result = ''
    let escaped = false
    let start = ++this.#at
    for (;;) {
      const code = this.#text.charCodeAt(this.#at)
      if (code === 0x22) {
        result += this.#text.slice(start, this.#at++)
        if (escaped && LONE_SURROGATE.test(result)) this.#fail('half a character in a string')
        return result
      }
      if (code === 0x5c) {
        result += this.#text.slice(start, this.#at) + this.#escape()
        escaped = true
        start = this.#at
      } else if (code >= 0x20) {
        this.#at++
      } else {
        this.#fail(Number.isNaN(code) ? 'end inside a string' : 'control character in a string')
      }
    }
  }

  #escape(): string {
    const letter = this.#text[this.#at + 1] ?? ''
    if (letter === 'u') {
      const digits = this.#text.slice(this.#at + 2, this.#at + 6)
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.#fail('bad escape')
      this.#at += 6
      return String.fromCharCode(parseInt(digits, 16))
    }
    const character = Object.hasOwn(ESCAPED, letter) ? ESCAPED[letter] : undefined
    if (character === undefined) return this.#fail('bad escape')
    this.#at += 2
    return character
  }

  /** True if `mark` comes next, which is then behind us. */
  #next(mark: string): boolean {
    this.#space()
    if (this.#text[this.#at] !== mark) return false
    this.#at++
    return true
  }

  /** Passes the bracket that opens what lies `depth` deep. */
  #enter(depth: number): void {
    if (depth >= MAX_DEPTH) this.#fail('nested too deep')
    this.#at++
  }

  #array(depth: number): Json[] {
    this.#enter(depth)
    const items: Json[] = []
    if (this.#next(']')) return items
    do items.push(this.#value(depth + 1))
    while (this.#next(','))
    if (!this.#next(']')) this.#fail('array without an end')
    return items
  }

  #object(depth: number): Json {
    this.#enter(depth)
    // No prototype: a member may be called anything.
    const members = Object.create(null) as Record<string, Json>
    if (this.#next('}')) return members
    do {
      this.#space()
      if (this.#text[this.#at] !== '"') this.#fail('member without a name')
      const name = this.#string()
      if (!this.#next(':')) this.#fail('member without a value')
      const value = this.#value(depth + 1)
      // The first one counts.
      if (name in members) repeated.set(members, name)
      else members[name] = value
    } while (this.#next(','))
    if (!this.#next('}')) this.#fail('object without an end')
    return members
  }
}

/**
 * Reads JSON (RFC 8259) without rounding a number: integers that fit become numbers, all others {@link RawNumber}.
 * Where members share a name the first counts, and {@link repeatedMember} tells. Nesting is bounded. Violation `bad-json`.
 */
export function parseJson(text: string): Result<Json, DecodeError> {
  return tryDecode(() => new JsonParser(text).document())
}
