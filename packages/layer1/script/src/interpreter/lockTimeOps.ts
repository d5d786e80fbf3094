import { SEQUENCE_LOCKTIME_DISABLE_FLAG } from '../limits.ts'
import { OP_CHECKLOCKTIMEVERIFY, OP_CHECKSEQUENCEVERIFY } from '../opcode/opcodes.ts'
import { SCRIPT_VERIFY_CHECKLOCKTIMEVERIFY, SCRIPT_VERIFY_CHECKSEQUENCEVERIFY } from './flags.ts'
import type { OpHandler, OpTable } from './machine.ts'

/** Lock times are unsigned 32 bits, so their numbers may have five bytes where others have four. */
const LOCK_TIME_NUMBER_SIZE = 5

/** BIP 65; a NOP without its flag. */
const checkLockTimeVerify: OpHandler = (machine) => {
  if ((machine.flags & SCRIPT_VERIFY_CHECKLOCKTIMEVERIFY) === 0) return undefined
  if (machine.stack.length < 1) return 'INVALID_STACK_OPERATION'
  const lockTime = machine.peekNumber(0, LOCK_TIME_NUMBER_SIZE)
  if (lockTime === undefined) return 'SCRIPTNUM'
  if (lockTime < 0) return 'NEGATIVE_LOCKTIME'
  return machine.context.checker.checkLockTime(lockTime) ? undefined : 'UNSATISFIED_LOCKTIME'
}

/** BIP 112; a NOP without its flag, and for operands with the disable bit. */
const checkSequenceVerify: OpHandler = (machine) => {
  if ((machine.flags & SCRIPT_VERIFY_CHECKSEQUENCEVERIFY) === 0) return undefined
  if (machine.stack.length < 1) return 'INVALID_STACK_OPERATION'
  const sequence = machine.peekNumber(0, LOCK_TIME_NUMBER_SIZE)
  if (sequence === undefined) return 'SCRIPTNUM'
  if (sequence < 0) return 'NEGATIVE_LOCKTIME'
  if ((sequence & SEQUENCE_LOCKTIME_DISABLE_FLAG) !== 0) return undefined
  return machine.context.checker.checkSequence(sequence) ? undefined : 'UNSATISFIED_LOCKTIME'
}

export const LOCK_TIME_OPS: OpTable = new Map<number, OpHandler>([
  [OP_CHECKLOCKTIMEVERIFY, checkLockTimeVerify],
  [OP_CHECKSEQUENCEVERIFY, checkSequenceVerify],
])
