import * as opcodes from './opcodes.ts'

// Bitcoin Core writes small numbers as numbers: OP_0 is `0`, OP_1NEGATE `-1`, OP_1…OP_16 `1`…`16`.
function coreName(name: string): string {
  if (name === 'OP_1NEGATE') return '-1'
  const small = /^OP_(\d+)$/.exec(name)
  return small ? small[1]! : name
}

const NAME_OF_OPCODE: readonly (string | undefined)[] = (() => {
  const names: (string | undefined)[] = new Array<undefined>(256).fill(undefined)
  for (const [name, opcode] of Object.entries(opcodes)) names[opcode] = coreName(name)
  return names
})()

// What a text may use: no pushes (they are written as data), OP_RESERVED and everything from OP_NOP to OP_NOP10.
const OPCODE_OF_NAME: ReadonlyMap<string, number> = (() => {
  const table = new Map<string, number>()
  for (const [name, opcode] of Object.entries(opcodes)) {
    if (opcode > opcodes.OP_NOP10 || (opcode < opcodes.OP_NOP && opcode !== opcodes.OP_RESERVED)) continue
    table.set(name, opcode)
    table.set(name.slice('OP_'.length), opcode)
  }
  return table
})()

/** Bitcoin Core's name of an opcode: `OP_DUP`, `0`, `-1`, `16`, and `OP_UNKNOWN` where there is none. */
export const opcodeName = (opcode: number): string => NAME_OF_OPCODE[opcode] ?? 'OP_UNKNOWN'

/** The opcode of `OP_DUP` or `DUP`, or undefined. */
export const opcodeFromName = (name: string): number | undefined => OPCODE_OF_NAME.get(name)
