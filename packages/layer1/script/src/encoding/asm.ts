import { bytesToHex, ByteWriter, decodeHex, DecodeError, err, ok, type Result, utf8ToBytes } from '@ply/bytes'
import { isDefinedHashType, isStrictDerSignature } from '../interpreter/signatureEncoding.ts'
import { opcodeFromName, opcodeName } from '../opcode/names.ts'
import { OP_PUSHDATA4 } from '../opcode/opcodes.ts'
import { sighashTypeName } from '../sighash/sighashType.ts'
import { writeDataPush, writeMinimalPush } from './push.ts'
import { isUnspendable } from './script.ts'
import { decodeScriptNumber, encodeScriptNumber } from './scriptNumber.ts'
import { ScriptReader } from './scriptReader.ts'

function dataToAsm(data: Uint8Array, decodeSighash: boolean): string {
  if (data.length <= 4) return String(decodeScriptNumber(data))
  if (decodeSighash && isStrictDerSignature(data) && isDefinedHashType(data)) {
    const name = sighashTypeName(data[data.length - 1]!)
    return `${bytesToHex(data.subarray(0, -1))}[${name}]`
  }
  return bytesToHex(data)
}

/**
 * A script as Bitcoin Core prints it (`asm`): pushes up to four bytes as numbers, others in hex, `[error]` where a push
 * runs over the end. With `decodeSighash` signatures end in `[ALL]` and the like instead of their hash type byte.
 */
export function scriptToAsm(script: Uint8Array, decodeSighash = false): string {
  const reader = new ScriptReader(script)
  const words: string[] = []
  const decode = decodeSighash && !isUnspendable(script)
  while (reader.next()) {
    words.push(reader.opcode <= OP_PUSHDATA4 ? dataToAsm(reader.data(), decode) : opcodeName(reader.opcode))
  }
  if (!reader.atEnd) words.push('[error]')
  return words.join(' ')
}

/**
 * Reads the assembly of Bitcoin Core's test files: decimal numbers are pushed, `0x…` is raw script, `'text'` is pushed,
 * anything else is an opcode with or without `OP_`. Violations: `unknown-opcode`, `script-number-range`.
 */
export function parseScriptAsm(text: string): Result<Uint8Array, DecodeError> {
  const writer = new ByteWriter()
  for (const word of text.split(/[ \t\n]+/)) {
    if (word === '') continue
    const raw = word.startsWith('0x') && word.length > 2 ? decodeHex(word.slice(2)) : undefined
    const opcode = opcodeFromName(word)
    if (/^-?\d+$/.test(word)) {
      const value = Number(word)
      if (Math.abs(value) > 0xffffffff) return err(new DecodeError('script-number-range', `${word} is out of range`))
      writeMinimalPush(writer, encodeScriptNumber(value))
    } else if (raw?.ok) {
      writer.bytes(raw.value)
    } else if (word.length >= 2 && word.startsWith("'") && word.endsWith("'")) {
      writeDataPush(writer, utf8ToBytes(word.slice(1, -1)))
    } else if (opcode !== undefined) {
      writer.u8(opcode)
    } else {
      return err(new DecodeError('unknown-opcode', `unknown opcode '${word.slice(0, 40)}'`))
    }
  }
  return ok(writer.finish())
}
