import { equalBytes } from '@ply/bytes'
import { encodeScriptNumber } from '../encoding/scriptNumber.ts'
import * as op from '../opcode/opcodes.ts'
import type { OpHandler, OpTable } from './machine.ts'

/** EQUAL and EQUALVERIFY compare bytes, not numbers. */
const equal: OpHandler = (machine, opcode) => {
  if (machine.stack.length < 2) return 'INVALID_STACK_OPERATION'
  const same = equalBytes(machine.peek(1), machine.peek(0))
  machine.drop(2)
  if (opcode === op.OP_EQUAL) machine.pushBool(same)
  else if (!same) return 'EQUALVERIFY'
  return undefined
}

const unary =
  (compute: (value: number) => number | boolean): OpHandler =>
  (machine) => {
    if (machine.stack.length < 1) return 'INVALID_STACK_OPERATION'
    const value = machine.peekNumber(0)
    if (value === undefined) return 'SCRIPTNUM'
    machine.stack[machine.stack.length - 1] = encodeScriptNumber(Number(compute(value)))
    return undefined
  }

const binary =
  (compute: (a: number, b: number) => number | boolean): OpHandler =>
  (machine) => {
    if (machine.stack.length < 2) return 'INVALID_STACK_OPERATION'
    const a = machine.peekNumber(1)
    const b = machine.peekNumber(0)
    if (a === undefined || b === undefined) return 'SCRIPTNUM'
    machine.drop(2)
    machine.stack.push(encodeScriptNumber(Number(compute(a, b))))
    return undefined
  }

const numEqualVerify: OpHandler = (machine) => {
  if (machine.stack.length < 2) return 'INVALID_STACK_OPERATION'
  const a = machine.peekNumber(1)
  const b = machine.peekNumber(0)
  if (a === undefined || b === undefined) return 'SCRIPTNUM'
  machine.drop(2)
  return a === b ? undefined : 'NUMEQUALVERIFY'
}

const within: OpHandler = (machine) => {
  if (machine.stack.length < 3) return 'INVALID_STACK_OPERATION'
  const value = machine.peekNumber(2)
  const least = machine.peekNumber(1)
  const bound = machine.peekNumber(0)
  if (value === undefined || least === undefined || bound === undefined) return 'SCRIPTNUM'
  machine.drop(3)
  machine.pushBool(least <= value && value < bound)
  return undefined
}

/** Opcodes over numbers of up to four bytes (their results may have five), and EQUAL. */
export const ARITHMETIC_OPS: OpTable = new Map<number, OpHandler>([
  [op.OP_EQUAL, equal],
  [op.OP_EQUALVERIFY, equal],
  [op.OP_1ADD, unary((a) => a + 1)],
  [op.OP_1SUB, unary((a) => a - 1)],
  [op.OP_NEGATE, unary((a) => -a)],
  [op.OP_ABS, unary(Math.abs)],
  [op.OP_NOT, unary((a) => a === 0)],
  [op.OP_0NOTEQUAL, unary((a) => a !== 0)],
  [op.OP_ADD, binary((a, b) => a + b)],
  [op.OP_SUB, binary((a, b) => a - b)],
  [op.OP_BOOLAND, binary((a, b) => a !== 0 && b !== 0)],
  [op.OP_BOOLOR, binary((a, b) => a !== 0 || b !== 0)],
  [op.OP_NUMEQUAL, binary((a, b) => a === b)],
  [op.OP_NUMEQUALVERIFY, numEqualVerify],
  [op.OP_NUMNOTEQUAL, binary((a, b) => a !== b)],
  [op.OP_LESSTHAN, binary((a, b) => a < b)],
  [op.OP_GREATERTHAN, binary((a, b) => a > b)],
  [op.OP_LESSTHANOREQUAL, binary((a, b) => a <= b)],
  [op.OP_GREATERTHANOREQUAL, binary((a, b) => a >= b)],
  [op.OP_MIN, binary(Math.min)],
  [op.OP_MAX, binary(Math.max)],
  [op.OP_WITHIN, within],
])
