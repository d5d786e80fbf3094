import { encodeScriptNumber } from '../encoding/scriptNumber.ts'
import * as op from '../opcode/opcodes.ts'
import { castToBool, type Machine, type OpHandler, type OpTable } from './machine.ts'

/** Runs `change` if at least `count` values are there. */
const needs =
  (count: number, change: (machine: Machine, stack: Uint8Array[]) => void): OpHandler =>
  (machine) => {
    if (machine.stack.length < count) return 'INVALID_STACK_OPERATION'
    change(machine, machine.stack)
    return undefined
  }

const fromAltStack: OpHandler = ({ stack, altStack }) => {
  const value = altStack.pop()
  if (!value) return 'INVALID_ALTSTACK_OPERATION'
  stack.push(value)
  return undefined
}

/** PICK copies, ROLL moves the value that many below the top. */
const pickOrRoll: OpHandler = (machine, opcode) => {
  const { stack } = machine
  if (stack.length < 2) return 'INVALID_STACK_OPERATION'
  const depth = machine.peekNumber(0)
  if (depth === undefined) return 'SCRIPTNUM'
  stack.pop()
  if (depth < 0 || depth >= stack.length) return 'INVALID_STACK_OPERATION'
  const value = machine.peek(depth)
  if (opcode === op.OP_ROLL) stack.splice(stack.length - 1 - depth, 1)
  stack.push(value)
  return undefined
}

/** Swaps two values counted from the top. */
function swap(stack: Uint8Array[], a: number, b: number): void {
  const top = stack.length - 1
  const value = stack[top - a]!
  stack[top - a] = stack[top - b]!
  stack[top - b] = value
}

/** Opcodes that move values. */
export const STACK_OPS: OpTable = new Map<number, OpHandler>([
  [op.OP_TOALTSTACK, needs(1, ({ altStack }, stack) => altStack.push(stack.pop()!))],
  [op.OP_FROMALTSTACK, fromAltStack],
  [op.OP_2DROP, needs(2, (machine) => machine.drop(2))],
  [op.OP_2DUP, needs(2, (machine, stack) => stack.push(machine.peek(1), machine.peek(0)))],
  [op.OP_3DUP, needs(3, (machine, stack) => stack.push(machine.peek(2), machine.peek(1), machine.peek(0)))],
  [op.OP_2OVER, needs(4, (machine, stack) => stack.push(machine.peek(3), machine.peek(2)))],
  [op.OP_2ROT, needs(6, (_, stack) => stack.push(...stack.splice(stack.length - 6, 2)))],
  [
    op.OP_2SWAP,
    needs(4, (_, stack) => {
      swap(stack, 3, 1)
      swap(stack, 2, 0)
    }),
  ],
  [
    op.OP_IFDUP,
    needs(1, (machine, stack) => {
      if (castToBool(machine.peek(0))) stack.push(machine.peek(0))
    }),
  ],
  [op.OP_DEPTH, needs(0, (_, stack) => stack.push(encodeScriptNumber(stack.length)))],
  [op.OP_DROP, needs(1, (_, stack) => stack.pop())],
  [op.OP_DUP, needs(1, (machine, stack) => stack.push(machine.peek(0)))],
  [op.OP_NIP, needs(2, (_, stack) => stack.splice(stack.length - 2, 1))],
  [op.OP_OVER, needs(2, (machine, stack) => stack.push(machine.peek(1)))],
  [op.OP_PICK, pickOrRoll],
  [op.OP_ROLL, pickOrRoll],
  [
    op.OP_ROT,
    needs(3, (_, stack) => {
      swap(stack, 2, 1)
      swap(stack, 1, 0)
    }),
  ],
  [op.OP_SWAP, needs(2, (_, stack) => swap(stack, 1, 0))],
  [op.OP_TUCK, needs(2, (machine, stack) => stack.splice(stack.length - 2, 0, machine.peek(0)))],
  [op.OP_SIZE, needs(1, (machine, stack) => stack.push(encodeScriptNumber(machine.peek(0).length)))],
])
