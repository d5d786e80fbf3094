import { OP_INVALIDOPCODE, OP_PUSHDATA1, OP_PUSHDATA2, OP_PUSHDATA4 } from '../opcode/opcodes.ts'

/** Arrays up to this size lie in the heap of the engine; a view moves them out of it. */
const SHORT = 64

/**
 * Walks over a script without allocating. After `next()` was true, `opcode` is the operation and
 * `dataStart…dataEnd` the bytes it pushes (empty for an operation that pushes none).
 */
export class ScriptReader {
  readonly script: Uint8Array
  /** Offset of the next operation. */
  position: number
  opcode = OP_INVALIDOPCODE
  dataStart = 0
  dataEnd = 0

  constructor(script: Uint8Array, position = 0) {
    this.script = script
    this.position = position
  }

  get atEnd(): boolean {
    return this.position >= this.script.length
  }

  /** The pushed bytes. Short ones are a copy, which costs less than a view; either way they must not be changed. */
  data(): Uint8Array {
    const { script, dataStart, dataEnd } = this
    return dataEnd - dataStart <= SHORT ? script.slice(dataStart, dataEnd) : script.subarray(dataStart, dataEnd)
  }

  /** Reads one operation; false at the end and where a push runs over the end (then `atEnd` tells which). */
  next(): boolean {
    const { script } = this
    const end = script.length
    let at = this.position
    if (at >= end) return false
    const opcode = script[at++]!
    let length = 0
    if (opcode <= OP_PUSHDATA4) {
      if (opcode < OP_PUSHDATA1) {
        length = opcode
      } else if (opcode === OP_PUSHDATA1) {
        if (end - at < 1) return false
        length = script[at++]!
      } else if (opcode === OP_PUSHDATA2) {
        if (end - at < 2) return false
        length = script[at]! + script[at + 1]! * 0x100
        at += 2
      } else {
        if (end - at < 4) return false
        length = script[at]! + script[at + 1]! * 0x100 + script[at + 2]! * 0x10000 + script[at + 3]! * 0x1000000
        at += 4
      }
      if (length > end - at) return false
    }
    this.opcode = opcode
    this.dataStart = at
    this.dataEnd = at + length
    this.position = at + length
    return true
  }
}
