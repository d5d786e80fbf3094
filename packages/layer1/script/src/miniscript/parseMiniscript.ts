import { DecodeError, hexToBytes, type Result, tryDecode } from '@ply/bytes'
import { takeExpression } from '../descriptor/expression.ts'
import { MAX_PUBKEYS_PER_MULTI_A, MAX_PUBKEYS_PER_MULTISIG } from '../limits.ts'
import type { Combinator, HashFragment, Miniscript, MiniscriptContext, Wrapper } from './fragment.ts'
import { maxScriptSize } from './limits.ts'
import { createMiniscript } from './miniscript.ts'
import { runTask, type Task } from './task.ts'

/** Reads the text of a key and gives its place in a list of keys; what it throws ends the parsing. */
export type MiniscriptKeyReader = (text: string) => number

const HASH_SIZES: Readonly<Record<HashFragment, number>> = { sha256: 32, hash256: 32, ripemd160: 20, hash160: 20 }

/** Locks are below this (BIP 379). */
const LOCK_LIMIT = 0x80000000

function fail(): never {
  throw new DecodeError('bad-miniscript', 'not a miniscript expression')
}

const parseNumber = (text: string): number => (/^\d+$/.test(text) ? Number(text) : fail())

class MiniscriptParser {
  readonly #text: string
  readonly #context: MiniscriptContext
  readonly #readKey: MiniscriptKeyReader
  #at = 0
  #claimed = 0

  constructor(text: string, context: MiniscriptContext, readKey: MiniscriptKeyReader) {
    this.#text = text
    this.#context = context
    this.#readKey = readKey
  }

  parse(): Miniscript {
    const root = runTask(this.#wrapped())
    if (this.#at < this.#text.length || root.scriptSize > maxScriptSize(this.#context)) fail()
    return root
  }

  #create(...[fragment, parts]: DropFirst<Parameters<typeof createMiniscript>>): Miniscript {
    return createMiniscript(this.#context, fragment, parts)
  }

  /**
   * Counts the bytes that the script will have at least, so that a long text does not take more time and memory than a
   * script that is allowed to be: one for each part that is still to come but the first, and those of opcodes.
   */
  #claim(bytes: number): void {
    this.#claimed += bytes
    if (this.#claimed > maxScriptSize(this.#context)) fail()
  }

  /** What the pattern, a sticky one, matches here. */
  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)
    if (!found) return undefined
    this.#at = pattern.lastIndex
    return found[1] ?? found[0]
  }

  #expect(pattern: RegExp): string {
    return this.#take(pattern) ?? fail()
  }

  *#wrapped(): Task<Miniscript> {
    const letters = this.#take(/([a-z]+):/y) ?? ''
    // A VERIFY of a VERIFY is never valid, and takes no byte that would bound their number.
    if (letters.includes('vv')) fail()
    this.#claim(letters.replaceAll('v', '').length)
    let node: Miniscript = yield this.#plain()
    for (let i = letters.length - 1; i >= 0; i--) node = this.#wrap(letters[i]!, node)
    return node
  }

  #wrap(letter: string, node: Miniscript): Miniscript {
    switch (letter) {
      case 't':
        return this.#create('and_v', { subs: [node, this.#create('1')] })
      case 'l':
        return this.#create('or_i', { subs: [this.#create('0'), node] })
      case 'u':
        return this.#create('or_i', { subs: [node, this.#create('0')] })
      default:
        return 'ascdvjn'.includes(letter) ? this.#create(letter as Wrapper, { subs: [node] }) : fail()
    }
  }

  *#plain(): Task<Miniscript> {
    const start = this.#at
    const constant = this.#take(/[01]/y)
    if (constant !== undefined) return this.#create(constant as '0' | '1')
    const name = this.#take(/([a-z0-9_]+)\(/y)
    switch (name) {
      case 'pk':
      case 'pkh': {
        const key = this.#create(name === 'pk' ? 'pk_k' : 'pk_h', { keys: [this.#readKey(this.#body(start))] })
        return this.#create('c', { subs: [key] })
      }
      case 'pk_k':
      case 'pk_h':
        return this.#create(name, { keys: [this.#readKey(this.#body(start))] })
      case 'sha256':
      case 'hash256':
      case 'ripemd160':
      case 'hash160':
        return this.#create(name, { hash: this.#parseHash(start, HASH_SIZES[name]) })
      case 'older':
      case 'after':
        return this.#create(name, { k: this.#parseLock(start) })
      case 'multi':
      case 'multi_a':
        return this.#multi(name)
      case 'thresh':
        return yield this.#threshold()
      case 'and_n': {
        const subs = yield* this.#arguments(2)
        return this.#create('andor', { subs: [...subs, this.#create('0')] })
      }
      case 'andor':
        return this.#create(name, { subs: yield* this.#arguments(3) })
      case 'and_v':
      case 'and_b':
      case 'or_b':
      case 'or_c':
      case 'or_d':
      case 'or_i':
        return this.#create(name satisfies Combinator, { subs: yield* this.#arguments(2) })
      default:
        return fail()
    }
  }

  /** What stands between the brackets of a function that starts at `start`; goes on behind it. */
  #body(start: number): string {
    const [expression] = takeExpression(this.#text.slice(start))
    if (!expression.endsWith(')')) fail()
    const body = expression.slice(this.#at - start, -1)
    this.#at = start + expression.length
    return body
  }

  #parseHash(start: number, size: number): Uint8Array {
    const text = this.#body(start)
    return text.length === 2 * size && /^[0-9a-fA-F]+$/.test(text) ? hexToBytes(text.toLowerCase()) : fail()
  }

  #parseLock(start: number): number {
    const lock = parseNumber(this.#body(start))
    return lock >= 1 && lock < LOCK_LIMIT ? lock : fail()
  }

  *#arguments(count: number): Generator<unknown, Miniscript[], Miniscript> {
    this.#claim(count - 1)
    const subs: Miniscript[] = []
    while (subs.length < count) {
      if (subs.length > 0) this.#expect(/,/y)
      subs.push(yield this.#wrapped())
    }
    this.#expect(/\)/y)
    return subs
  }

  *#threshold(): Task<Miniscript> {
    const k = parseNumber(this.#expect(/([^,)]+),/y))
    const subs: Miniscript[] = [yield this.#wrapped()]
    while (this.#take(/,/y) !== undefined) {
      this.#claim(1)
      subs.push(yield this.#wrapped())
    }
    this.#expect(/\)/y)
    return k >= 1 && k <= subs.length ? this.#create('thresh', { subs, k }) : fail()
  }

  #multi(name: 'multi' | 'multi_a'): Miniscript {
    if ((name === 'multi_a') !== (this.#context === 'tapscript')) fail()
    const k = parseNumber(this.#expect(/([^,)]+),/y))
    const keys: number[] = []
    do keys.push(this.#readKey(this.#expect(/[^,)]+/y)))
    while (this.#take(/,/y) !== undefined)
    this.#expect(/\)/y)
    const most = name === 'multi' ? MAX_PUBKEYS_PER_MULTISIG : MAX_PUBKEYS_PER_MULTI_A
    return keys.length <= most && k >= 1 && k <= keys.length ? this.#create(name, { keys, k }) : fail()
  }
}

type DropFirst<T extends readonly unknown[]> = T extends readonly [unknown, ...infer Rest] ? Rest : never

/**
 * Reads the text of an expression (BIP 379). It need not be valid, let alone sane; see `explainInsanity`. Violations:
 * `bad-miniscript`, and those of `readKey`.
 */
export const parseMiniscript = (
  text: string,
  context: MiniscriptContext,
  readKey: MiniscriptKeyReader,
): Result<Miniscript, DecodeError> => tryDecode(() => new MiniscriptParser(text, context, readKey).parse())
