import { ByteWriter, DecodeError, err, ok, type Result } from '@ply/bytes'
import { OP_16, OP_NOP10, OP_PUSHDATA4, OP_RETURN } from '../opcode/opcodes.ts'
import { MAX_SCRIPT_ELEMENT_SIZE, MAX_SCRIPT_SIZE } from '../limits.ts'
import { writeMinimalPush } from './push.ts'
import { encodeScriptNumber } from './scriptNumber.ts'
import { ScriptReader } from './scriptReader.ts'

/** One operation; `data` is there for pushes by length (opcode up to OP_PUSHDATA4). */
export interface ScriptOperation {
  readonly opcode: number
  readonly data?: Uint8Array
}

/** A `number` is an opcode, a `bigint` a script number to push, bytes are data to push. */
export type ScriptPart = number | bigint | Uint8Array

/** A script of its parts, every push minimal: `createScript([OP_DUP, OP_HASH160, hash, OP_EQUALVERIFY, OP_CHECKSIG])`. */
export function createScript(parts: readonly ScriptPart[]): Uint8Array {
  const writer = new ByteWriter(64)
  for (const part of parts) {
    if (typeof part === 'number') writer.u8(part)
    else writeMinimalPush(writer, typeof part === 'bigint' ? encodeScriptNumber(part) : part)
  }
  return writer.finish()
}

/** All operations of a script; violation `bad-script-push` where a push runs over the end. */
export function parseScript(script: Uint8Array): Result<ScriptOperation[], DecodeError> {
  const reader = new ScriptReader(script)
  const operations: ScriptOperation[] = []
  while (reader.next()) {
    const { opcode } = reader
    operations.push(opcode <= OP_PUSHDATA4 ? { opcode, data: reader.data() } : { opcode })
  }
  return reader.atEnd
    ? ok(operations)
    : err(new DecodeError('bad-script-push', 'a push runs over the end of the script'))
}

/** True if everything from `start` on pushes (OP_RESERVED counts as a push, as in Bitcoin Core). */
export function isPushOnly(script: Uint8Array, start = 0): boolean {
  const reader = new ScriptReader(script, start)
  while (reader.next()) if (reader.opcode > OP_16) return false
  return reader.atEnd
}

/** True if a script has no push over its end or of more than 520 bytes, and no opcode above OP_NOP10. */
export function hasValidOps(script: Uint8Array): boolean {
  const reader = new ScriptReader(script)
  while (reader.next()) {
    if (reader.opcode > OP_NOP10 || reader.dataEnd - reader.dataStart > MAX_SCRIPT_ELEMENT_SIZE) return false
  }
  return reader.atEnd
}

/** True for an output that nothing can ever spend; it never enters the coins set. */
export function isUnspendable(script: Uint8Array): boolean {
  return script[0] === OP_RETURN || script.length > MAX_SCRIPT_SIZE
}
