import { type DecodeError, type Result, tryDecode } from '@ply/bytes'
import { MAX_PUBKEYS_PER_MULTI_A, MAX_PUBKEYS_PER_MULTISIG } from '../limits.ts'
import {
  OP_0,
  OP_0NOTEQUAL,
  OP_1,
  OP_ADD,
  OP_BOOLAND,
  OP_BOOLOR,
  OP_CHECKLOCKTIMEVERIFY,
  OP_CHECKMULTISIG,
  OP_CHECKSEQUENCEVERIFY,
  OP_CHECKSIG,
  OP_CHECKSIGADD,
  OP_DUP,
  OP_ELSE,
  OP_ENDIF,
  OP_EQUAL,
  OP_FROMALTSTACK,
  OP_HASH160,
  OP_IF,
  OP_IFDUP,
  OP_NOTIF,
  OP_NUMEQUAL,
  OP_SIZE,
  OP_SWAP,
  OP_TOALTSTACK,
  OP_VERIFY,
} from '../opcode/opcodes.ts'
import { HASH_OPCODES } from './encodeMiniscript.ts'
import type { Fragment, HashFragment, Miniscript, MiniscriptContext } from './fragment.ts'
import { maxScriptSize } from './limits.ts'
import { createMiniscript } from './miniscript.ts'
import { hasAll } from './properties.ts'
import { runTask, type Task } from './task.ts'
import { fail, ScriptTail } from './scriptTail.ts'

/** Finds the public key that has a HASH160, if it is known; in tapscript it has 32 bytes. */
export type KeyOfHash = (hash: Uint8Array) => Uint8Array | undefined

/** An expression and the keys that its places stand for. */
export interface DecodedMiniscript {
  readonly root: Miniscript
  readonly keys: readonly Uint8Array[]
}

/** Opcodes in front of which no expression ends that could be the first part of an `and_v`. */
const NO_END: ReadonlySet<number> = new Set([OP_IF, OP_ELSE, OP_NOTIF, OP_TOALTSTACK, OP_SWAP])

/** Reads a script from its end, where the opcodes stand that tell one fragment from another. */
class MiniscriptDecoder {
  readonly #tail: ScriptTail
  readonly #context: MiniscriptContext
  readonly #keyOfHash: KeyOfHash
  readonly #keys: Uint8Array[] = []

  constructor(script: Uint8Array, context: MiniscriptContext, keyOfHash: KeyOfHash) {
    if (script.length > maxScriptSize(context)) fail()
    this.#tail = new ScriptTail(script)
    this.#context = context
    this.#keyOfHash = keyOfHash
  }

  decode(): DecodedMiniscript {
    const root = runTask(this.#series())
    return this.#tail.atStart && hasAll(root.type, 'B') ? { root, keys: this.#keys } : fail()
  }

  #create(fragment: Fragment, parts: Parameters<typeof createMiniscript>[2] = {}): Miniscript {
    const node = createMiniscript(this.#context, fragment, parts)
    return node.type !== 0 && node.scriptSize <= maxScriptSize(this.#context) ? node : fail()
  }

  #addKey(key: Uint8Array): number {
    const isKey = this.#context === 'tapscript' ? key.length === 32 : key.length === 33 && (key[0]! | 1) === 3
    return isKey ? this.#keys.push(key) - 1 : fail()
  }

  /** Expressions one after the other: what comes first is an `and_v` with what comes next. */
  *#series(): Task<Miniscript> {
    const found: Miniscript[] = [yield this.#single()]
    while (!this.#tail.atStart && !NO_END.has(this.#tail.opcode())) found.push(yield this.#single())
    return found.reduceRight((first, next) => this.#create('and_v', { subs: [first, next] }))
  }

  /** A W expression. */
  *#wrapped(): Task<Miniscript> {
    const alternative = this.#tail.skip(OP_FROMALTSTACK)
    const node: Miniscript = yield this.#series()
    this.#tail.expect(alternative ? OP_TOALTSTACK : OP_SWAP)
    return this.#create(alternative ? 'a' : 's', { subs: [node] })
  }

  /**
   * One expression of type B, K or V that is no `and_v`. Wrappers and conditions take the nearest part for theirs, for
   * `c:and_v(X,Y)` has the script of `and_v(X,c:Y)`.
   */
  *#single(): Task<Miniscript> {
    const leaf = this.#leaf()
    if (leaf) return leaf
    const tail = this.#tail
    if (tail.skip(OP_CHECKSIG)) return this.#create('c', { subs: [yield this.#single()] })
    if (tail.skip(OP_VERIFY)) return this.#create('v', { subs: [yield this.#single()] })
    if (tail.skip(OP_0NOTEQUAL)) return this.#create('n', { subs: [yield this.#single()] })
    if (tail.skip(OP_EQUAL)) return yield this.#threshold()
    if (tail.skip(OP_ENDIF)) return yield this.#condition()
    if (tail.skip(OP_BOOLAND)) return this.#create('and_b', { subs: yield* this.#bothRun() })
    if (tail.skip(OP_BOOLOR)) return this.#create('or_b', { subs: yield* this.#bothRun() })
    return fail()
  }

  *#bothRun(): Generator<unknown, Miniscript[], Miniscript> {
    const second: Miniscript = yield this.#wrapped()
    return [yield this.#single(), second]
  }

  *#threshold(): Task<Miniscript> {
    const k = this.#tail.number() ?? fail()
    const subs: Miniscript[] = []
    while (this.#tail.skip(OP_ADD)) subs.push(yield this.#wrapped())
    subs.push(yield this.#single())
    return k >= 1 && k <= subs.length ? this.#create('thresh', { subs: subs.reverse(), k }) : fail()
  }

  /** What ends in an ENDIF. */
  *#condition(): Task<Miniscript> {
    const last: Miniscript = yield this.#series()
    const tail = this.#tail
    if (tail.skip(OP_ELSE)) {
      const first: Miniscript = yield this.#series()
      if (tail.skip(OP_IF)) return this.#create('or_i', { subs: [first, last] })
      tail.expect(OP_NOTIF)
      return this.#create('andor', { subs: [yield this.#single(), last, first] })
    }
    if (tail.skip(OP_NOTIF)) {
      const fragment = tail.skip(OP_IFDUP) ? 'or_d' : 'or_c'
      return this.#create(fragment, { subs: [yield this.#single(), last] })
    }
    tail.expect(OP_IF)
    if (tail.skip(OP_DUP)) return this.#create('d', { subs: [last] })
    tail.expect(OP_0NOTEQUAL)
    tail.expect(OP_SIZE)
    return this.#create('j', { subs: [last] })
  }

  /** A fragment without parts, if one ends here. */
  #leaf(): Miniscript | undefined {
    const tail = this.#tail
    const data = tail.data()
    if (tail.skip(OP_1)) return this.#create('1')
    if (tail.skip(OP_0)) return this.#create('0')
    if (data?.length === 32 || data?.length === 33) {
      tail.drop(1)
      return this.#create('pk_k', { keys: [this.#addKey(data)] })
    }
    return this.#keyHash() ?? this.#lock() ?? this.#hash() ?? this.#multi() ?? this.#multiA()
  }

  #keyHash(): Miniscript | undefined {
    const tail = this.#tail
    const hash = tail.data(2)
    if (!tail.matches([OP_VERIFY, OP_EQUAL, undefined, OP_HASH160, OP_DUP]) || hash?.length !== 20) return undefined
    tail.drop(5)
    return this.#create('pk_h', { keys: [this.#addKey(this.#keyOfHash(hash) ?? fail())] })
  }

  #lock(): Miniscript | undefined {
    const tail = this.#tail
    const opcode = tail.opcode()
    if (opcode !== OP_CHECKSEQUENCEVERIFY && opcode !== OP_CHECKLOCKTIMEVERIFY) return undefined
    const k = tail.numberAt(1) ?? fail()
    tail.drop(2)
    return k >= 1 ? this.#create(opcode === OP_CHECKSEQUENCEVERIFY ? 'older' : 'after', { k }) : fail()
  }

  #hash(): Miniscript | undefined {
    const tail = this.#tail
    const hash = tail.data(1)
    if (!tail.matches([OP_EQUAL, undefined, undefined, OP_VERIFY, OP_EQUAL, undefined, OP_SIZE])) return undefined
    if (!hash || tail.numberAt(5) !== 32) return undefined
    const opcode = tail.opcode(2)
    const found = Object.entries(HASH_OPCODES).find(([, candidate]) => candidate === opcode)
    const fragment = found?.[0] as HashFragment | undefined
    const size = fragment === 'sha256' || fragment === 'hash256' ? 32 : 20
    if (!fragment || hash.length !== size) return undefined
    tail.drop(7)
    return this.#create(fragment, { hash })
  }

  #multi(): Miniscript | undefined {
    const tail = this.#tail
    if (tail.opcode() !== OP_CHECKMULTISIG) return undefined
    const count = tail.numberAt(1)
    if (this.#context === 'tapscript' || count === undefined || count < 1 || count > MAX_PUBKEYS_PER_MULTISIG) fail()
    const keys = Array.from({ length: count! }, (_, i) => this.#addKey(tail.data(2 + i) ?? fail()))
    const k = tail.numberAt(2 + keys.length)
    if (k === undefined || k < 1 || k > keys.length) return fail()
    tail.drop(3 + keys.length)
    return this.#create('multi', { keys: keys.reverse(), k })
  }

  #multiA(): Miniscript | undefined {
    const tail = this.#tail
    if (tail.opcode() !== OP_NUMEQUAL) return undefined
    const k = tail.numberAt(1)
    if (this.#context !== 'tapscript' || k === undefined || k < 1) return fail()
    const keys: number[] = []
    for (let at = 2, first = false; !first; at += 2) {
      const opcode = tail.opcode(at)
      first = opcode === OP_CHECKSIG
      if ((!first && opcode !== OP_CHECKSIGADD) || keys.length === MAX_PUBKEYS_PER_MULTI_A) fail()
      keys.push(this.#addKey(tail.data(at + 1) ?? fail()))
    }
    if (k > keys.length) fail()
    tail.drop(2 + 2 * keys.length)
    return this.#create('multi_a', { keys: keys.reverse(), k })
  }
}

/**
 * The valid expression of type B that a script is the script of (BIP 379). Hashes of keys need the keys, which
 * `keyOfHash` finds. Violation `bad-miniscript` for any other script.
 */
export const decodeMiniscript = (
  script: Uint8Array,
  context: MiniscriptContext,
  keyOfHash: KeyOfHash = () => undefined,
): Result<DecodedMiniscript, DecodeError> => tryDecode(() => new MiniscriptDecoder(script, context, keyOfHash).decode())
