import { DecodeError } from '@ply/bytes'
import { isMinimalPush } from '../encoding/push.ts'
import { parseScript, type ScriptOperation } from '../encoding/script.ts'
import { decodeScriptNumber } from '../encoding/scriptNumber.ts'
import {
  OP_0,
  OP_1,
  OP_16,
  OP_CHECKMULTISIG,
  OP_CHECKMULTISIGVERIFY,
  OP_CHECKSIG,
  OP_CHECKSIGVERIFY,
  OP_EQUAL,
  OP_EQUALVERIFY,
  OP_INVALIDOPCODE,
  OP_NUMEQUAL,
  OP_NUMEQUALVERIFY,
  OP_VERIFY,
} from '../opcode/opcodes.ts'

/** Opcodes with a VERIFY in them, and what they are without. */
const VERIFYING: ReadonlyMap<number, number> = new Map([
  [OP_CHECKSIGVERIFY, OP_CHECKSIG],
  [OP_CHECKMULTISIGVERIFY, OP_CHECKMULTISIG],
  [OP_EQUALVERIFY, OP_EQUAL],
  [OP_NUMEQUALVERIFY, OP_NUMEQUAL],
])
const VERIFIABLE: ReadonlySet<number> = new Set(VERIFYING.values())

/** Ends the decoding of a script. */
export function fail(): never {
  throw new DecodeError('bad-miniscript', 'not the script of a miniscript expression')
}

/** Operations from the last to the first, each VERIFY on its own; only the shortest way to write something is known. */
function split(script: Uint8Array): ScriptOperation[] {
  const parsed = parseScript(script)
  if (!parsed.ok) return fail()
  const operations: ScriptOperation[] = []
  parsed.value.forEach(({ opcode, data }, i) => {
    if (data && !isMinimalPush(data, opcode)) fail()
    const plain = VERIFYING.get(opcode)
    if (plain !== undefined) operations.push({ opcode: plain }, { opcode: OP_VERIFY })
    else if (VERIFIABLE.has(opcode) && parsed.value[i + 1]?.opcode === OP_VERIFY) fail()
    else operations.push(data ? { opcode, data } : { opcode })
  })
  return operations.reverse()
}

/** What is left of a script that is read from its end. Places count from there, the last operation being 0. */
export class ScriptTail {
  readonly #operations: readonly ScriptOperation[]
  #at = 0

  constructor(script: Uint8Array) {
    this.#operations = split(script)
  }

  get atStart(): boolean {
    return this.#at >= this.#operations.length
  }

  opcode(place = 0): number {
    return this.#operations[this.#at + place]?.opcode ?? OP_INVALIDOPCODE
  }

  /** What an operation pushes as bytes, if it does. */
  data(place = 0): Uint8Array | undefined {
    return this.#operations[this.#at + place]?.data
  }

  /** What an operation pushes as a number of up to four bytes, if it does. */
  numberAt(place: number): number | undefined {
    const opcode = this.opcode(place)
    if (opcode === OP_0) return 0
    if (opcode >= OP_1 && opcode <= OP_16) return opcode - OP_1 + 1
    const data = this.data(place)
    return data && decodeScriptNumber(data, true)
  }

  /** Takes a number. */
  number(): number | undefined {
    const value = this.numberAt(0)
    this.#at++
    return value
  }

  drop(count: number): void {
    this.#at += count
  }

  /** Takes an operation if it is this one. */
  skip(opcode: number): boolean {
    if (this.opcode() !== opcode) return false
    this.#at++
    return true
  }

  expect(opcode: number): void {
    if (!this.skip(opcode)) fail()
  }

  /** True if these operations are here, whatever stands in the places left open. */
  matches(opcodes: readonly (number | undefined)[]): boolean {
    return opcodes.every((opcode, place) => opcode === undefined || opcode === this.opcode(place))
  }
}
