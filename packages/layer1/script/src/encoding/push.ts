import { ByteWriter } from '@ply/bytes'
import { OP_0, OP_1, OP_1NEGATE, OP_PUSHDATA1, OP_PUSHDATA2, OP_PUSHDATA4 } from '../opcode/opcodes.ts'

/** The one-byte opcode that pushes `data`, if there is one. */
function smallPushOpcode(data: Uint8Array): number | undefined {
  if (data.length === 0) return OP_0
  if (data.length !== 1) return undefined
  const byte = data[0]!
  if (byte >= 1 && byte <= 16) return OP_1 + byte - 1
  return byte === 0x81 ? OP_1NEGATE : undefined
}

/** Pushes `data` with the shortest length prefix, never by a number opcode: the form that signatures are searched in. */
export function writeDataPush(writer: ByteWriter, data: Uint8Array): void {
  const { length } = data
  if (length < OP_PUSHDATA1) writer.u8(length)
  else if (length <= 0xff) writer.u8(OP_PUSHDATA1).u8(length)
  else if (length <= 0xffff) writer.u8(OP_PUSHDATA2).u16(length)
  else writer.u8(OP_PUSHDATA4).u32(length)
  writer.bytes(data)
}

/** Pushes `data` in the only form that MINIMALDATA allows (BIP 62 rule 3). */
export function writeMinimalPush(writer: ByteWriter, data: Uint8Array): void {
  const small = smallPushOpcode(data)
  if (small === undefined) writeDataPush(writer, data)
  else writer.u8(small)
}

/** {@link writeDataPush} as bytes. */
export function encodeDataPush(data: Uint8Array): Uint8Array {
  const writer = new ByteWriter(data.length + 5)
  writeDataPush(writer, data)
  return writer.finish()
}

/** True if `opcode` (at most OP_PUSHDATA4) is the shortest way to push `data`. */
export function isMinimalPush(data: Uint8Array, opcode: number): boolean {
  const { length } = data
  const small = smallPushOpcode(data)
  if (small !== undefined) return opcode === small
  if (length < OP_PUSHDATA1) return opcode === length
  if (length <= 0xff) return opcode === OP_PUSHDATA1
  return length > 0xffff || opcode === OP_PUSHDATA2
}
