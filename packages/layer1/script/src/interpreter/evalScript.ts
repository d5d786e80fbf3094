import { err, ok, type Result } from '@ply/bytes'
import { isMinimalPush } from '../encoding/push.ts'
import { encodeScriptNumber } from '../encoding/scriptNumber.ts'
import { MAX_OPS_PER_SCRIPT, MAX_SCRIPT_ELEMENT_SIZE, MAX_SCRIPT_SIZE, MAX_STACK_SIZE } from '../limits.ts'
import * as op from '../opcode/opcodes.ts'
import { ARITHMETIC_OPS } from './arithmeticOps.ts'
import { CRYPTO_OPS } from './cryptoOps.ts'
import { SCRIPT_VERIFY_CONST_SCRIPTCODE } from './flags.ts'
import { FLOW_OPS } from './flowOps.ts'
import { LOCK_TIME_OPS } from './lockTimeOps.ts'
import { Machine, type OpHandler, type ScriptContext, type TapscriptContext } from './machine.ts'
import type { ScriptErrorCode } from './scriptError.ts'
import { STACK_OPS } from './stackOps.ts'

/** Opcodes that fail a script wherever they stand, executed or not (CVE-2010-5137). */
const DISABLED_OPS: ReadonlySet<number> = new Set([
  op.OP_CAT,
  op.OP_SUBSTR,
  op.OP_LEFT,
  op.OP_RIGHT,
  op.OP_INVERT,
  op.OP_AND,
  op.OP_OR,
  op.OP_XOR,
  op.OP_2MUL,
  op.OP_2DIV,
  op.OP_MUL,
  op.OP_DIV,
  op.OP_MOD,
  op.OP_LSHIFT,
  op.OP_RSHIFT,
])

/** Pushes −1 or 1…16. */
function numberPush(opcode: number): OpHandler {
  const value = encodeScriptNumber(opcode - op.OP_1 + 1)
  return ({ stack }) => {
    stack.push(value)
    return undefined
  }
}

const disabled: OpHandler = () => 'DISABLED_OPCODE'
const unknown: OpHandler = () => 'BAD_OPCODE'

/** What each opcode above the pushes by length does. */
const HANDLERS: readonly OpHandler[] = (() => {
  const handlers = new Array<OpHandler>(256).fill(unknown)
  for (let opcode = op.OP_1; opcode <= op.OP_16; opcode++) handlers[opcode] = numberPush(opcode)
  handlers[op.OP_1NEGATE] = numberPush(op.OP_1NEGATE)
  for (const opcode of DISABLED_OPS) handlers[opcode] = disabled
  for (const table of [FLOW_OPS, STACK_OPS, ARITHMETIC_OPS, CRYPTO_OPS, LOCK_TIME_OPS]) {
    for (const [opcode, handler] of table) handlers[opcode] = handler
  }
  return handlers
})()

/** The rules for an opcode that hold whether or not its branch runs. */
function checkEverywhere(machine: Machine, opcode: number): ScriptErrorCode | undefined {
  if (machine.sigVersion !== 'tapscript' && opcode > op.OP_16 && ++machine.opCount > MAX_OPS_PER_SCRIPT) {
    return 'OP_COUNT'
  }
  if (HANDLERS[opcode] === disabled) return 'DISABLED_OPCODE'
  if (
    opcode === op.OP_CODESEPARATOR &&
    machine.sigVersion === 'base' &&
    (machine.flags & SCRIPT_VERIFY_CONST_SCRIPTCODE) !== 0
  ) {
    return 'OP_CODESEPARATOR'
  }
  return undefined
}

function push(machine: Machine, opcode: number): ScriptErrorCode | undefined {
  const data = machine.reader.data()
  if (machine.requireMinimal && !isMinimalPush(data, opcode)) return 'MINIMALDATA'
  machine.stack.push(data)
  return undefined
}

/** Runs one script over `stack`, which it changes; the first violation, or undefined. */
export function runScript(machine: Machine): ScriptErrorCode | undefined {
  const { reader, stack, altStack, sigVersion } = machine
  if (sigVersion !== 'tapscript' && reader.script.length > MAX_SCRIPT_SIZE) return 'SCRIPT_SIZE'
  for (; reader.next(); machine.operationIndex++) {
    const { opcode } = reader
    if (reader.dataEnd - reader.dataStart > MAX_SCRIPT_ELEMENT_SIZE) return 'PUSH_SIZE'
    let violation = opcode > op.OP_16 ? checkEverywhere(machine, opcode) : undefined
    if (violation) return violation
    if (machine.executing || (opcode >= op.OP_IF && opcode <= op.OP_ENDIF)) {
      violation = opcode <= op.OP_PUSHDATA4 ? push(machine, opcode) : HANDLERS[opcode]!(machine, opcode)
      if (violation) return violation
      if (stack.length + altStack.length > MAX_STACK_SIZE) return 'STACK_SIZE'
    }
  }
  if (!reader.atEnd) return 'BAD_OPCODE'
  return machine.insideConditional ? 'UNBALANCED_CONDITIONAL' : undefined
}

/**
 * Runs one script by itself: the stack it leaves, or the rule it broke. `stack` is the stack to begin with (the top is
 * last). A `tapscript` context makes it run under BIP 342, otherwise under the rules of `sigVersion`.
 */
export function evalScript(
  stack: readonly Uint8Array[],
  script: Uint8Array,
  options: ScriptContext & {
    readonly sigVersion?: 'base' | 'witness_v0'
    readonly tapscript?: TapscriptContext
  },
): Result<Uint8Array[], ScriptErrorCode> {
  const { sigVersion = 'base', tapscript } = options
  const kind = tapscript ? ({ sigVersion: 'tapscript', tapscript } as const) : { sigVersion }
  const machine = new Machine([...stack], script, options, kind)
  const violation = runScript(machine)
  return violation ? err(violation) : ok(machine.stack)
}
