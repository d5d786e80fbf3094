import { bytesToHex } from '@ply/bytes'
import {
  OP_1,
  OP_16,
  OP_1NEGATE,
  OP_CHECKLOCKTIMEVERIFY,
  OP_CHECKSEQUENCEVERIFY,
  OP_PUSHDATA1,
  OP_PUSHDATA2,
  OP_PUSHDATA4,
  opcodeName,
  ScriptReader,
} from '@ply/script'

/** Opcodes that Esplora names in other words than Bitcoin Core. */
const NAMES: ReadonlyMap<number, string> = new Map([
  [OP_1NEGATE, 'OP_PUSHNUM_NEG1'],
  [OP_CHECKLOCKTIMEVERIFY, 'OP_CLTV'],
  [OP_CHECKSEQUENCEVERIFY, 'OP_CSV'],
])

const PUSHES: ReadonlyMap<number, string> = new Map([
  [OP_PUSHDATA1, 'OP_PUSHDATA1'],
  [OP_PUSHDATA2, 'OP_PUSHDATA2'],
  [OP_PUSHDATA4, 'OP_PUSHDATA4'],
])

function wordOf(reader: ScriptReader): string {
  const { opcode } = reader
  if (opcode === 0) return 'OP_0'
  if (opcode <= OP_PUSHDATA4)
    return `${PUSHES.get(opcode) ?? `OP_PUSHBYTES_${opcode}`} ${bytesToHex(reader.data())}`.trim()
  if (opcode >= OP_1 && opcode <= OP_16) return `OP_PUSHNUM_${opcode - OP_1 + 1}`
  const name = NAMES.get(opcode) ?? opcodeName(opcode)
  return name === 'OP_UNKNOWN' ? `OP_RETURN_${opcode}` : name
}

/** A script in Esplora's assembly: pushes with their opcode, small numbers as `OP_PUSHNUM_n`. */
export function esploraAsm(script: Uint8Array): string {
  const reader = new ScriptReader(script)
  const words: string[] = []
  while (reader.next()) words.push(wordOf(reader))
  if (!reader.atEnd) words.push('<push past end>')
  return words.join(' ')
}
