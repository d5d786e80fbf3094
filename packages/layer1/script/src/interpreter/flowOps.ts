import * as op from '../opcode/opcodes.ts'
import { SCRIPT_VERIFY_DISCOURAGE_UPGRADABLE_NOPS, SCRIPT_VERIFY_MINIMALIF } from './flags.ts'
import { castToBool, type Machine, type OpHandler, type OpTable } from './machine.ts'
import type { ScriptErrorCode } from './scriptError.ts'

/** The argument of IF must be empty or exactly 01: consensus in tapscript, policy in segwit v0. */
function checkMinimalIf({ sigVersion, flags }: Machine, argument: Uint8Array): ScriptErrorCode | undefined {
  const minimal = argument.length === 0 || (argument.length === 1 && argument[0] === 1)
  if (minimal || sigVersion === 'base') return undefined
  if (sigVersion === 'tapscript') return 'TAPSCRIPT_MINIMALIF'
  return (flags & SCRIPT_VERIFY_MINIMALIF) !== 0 ? 'MINIMALIF' : undefined
}

const branch: OpHandler = (machine, opcode) => {
  let runs = false
  if (machine.executing) {
    if (machine.stack.length < 1) return 'INVALID_STACK_OPERATION'
    const argument = machine.peek(0)
    const violation = checkMinimalIf(machine, argument)
    if (violation) return violation
    runs = castToBool(argument) === (opcode === op.OP_IF)
    machine.stack.pop()
  }
  machine.enterBranch(runs)
  return undefined
}

const otherwise: OpHandler = (machine) => {
  if (!machine.insideConditional) return 'UNBALANCED_CONDITIONAL'
  machine.toggleBranch()
  return undefined
}

const endIf: OpHandler = (machine) => {
  if (!machine.insideConditional) return 'UNBALANCED_CONDITIONAL'
  machine.leaveBranch()
  return undefined
}

const verify: OpHandler = (machine) => {
  if (machine.stack.length < 1) return 'INVALID_STACK_OPERATION'
  if (!castToBool(machine.peek(0))) return 'VERIFY'
  machine.stack.pop()
  return undefined
}

/** NOPs that a soft fork may give a meaning. */
const upgradableNop: OpHandler = ({ flags }) =>
  (flags & SCRIPT_VERIFY_DISCOURAGE_UPGRADABLE_NOPS) !== 0 ? 'DISCOURAGE_UPGRADABLE_NOPS' : undefined

const UPGRADABLE_NOPS = [
  op.OP_NOP1,
  op.OP_NOP4,
  op.OP_NOP5,
  op.OP_NOP6,
  op.OP_NOP7,
  op.OP_NOP8,
  op.OP_NOP9,
  op.OP_NOP10,
]

/** Conditionals, VERIFY, RETURN and the NOPs. */
export const FLOW_OPS: OpTable = new Map<number, OpHandler>([
  [op.OP_NOP, () => undefined],
  [op.OP_IF, branch],
  [op.OP_NOTIF, branch],
  [op.OP_ELSE, otherwise],
  [op.OP_ENDIF, endIf],
  [op.OP_VERIFY, verify],
  [op.OP_RETURN, () => 'OP_RETURN'],
  ...UPGRADABLE_NOPS.map((nop): [number, OpHandler] => [nop, upgradableNop]),
])
