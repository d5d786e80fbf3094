import { SEQUENCE_FINAL, type Transaction } from '@ply/primitives'
import {
  LOCKTIME_THRESHOLD,
  SEQUENCE_LOCKTIME_DISABLE_FLAG,
  SEQUENCE_LOCKTIME_MASK,
  SEQUENCE_LOCKTIME_TYPE_FLAG,
} from '../limits.ts'

/** BIP 65: the transaction's lock time is of the same kind and not smaller, and the input is not final. */
export function isLockTimeSatisfied(tx: Transaction, inputIndex: number, lockTime: number): boolean {
  const sameKind = tx.lockTime < LOCKTIME_THRESHOLD === lockTime < LOCKTIME_THRESHOLD
  return sameKind && lockTime <= tx.lockTime && tx.inputs[inputIndex]!.sequence !== SEQUENCE_FINAL
}

const LOCK_BITS = SEQUENCE_LOCKTIME_TYPE_FLAG | SEQUENCE_LOCKTIME_MASK

/** BIP 112: the input's relative lock is on, of the same kind and not smaller. */
export function isSequenceSatisfied(tx: Transaction, inputIndex: number, sequence: number): boolean {
  const own = tx.inputs[inputIndex]!.sequence
  if (tx.version < 2 || (own & SEQUENCE_LOCKTIME_DISABLE_FLAG) !== 0) return false
  const ownLock = own & LOCK_BITS
  const lock = sequence & LOCK_BITS
  const sameKind = ownLock < SEQUENCE_LOCKTIME_TYPE_FLAG === lock < SEQUENCE_LOCKTIME_TYPE_FLAG
  return sameKind && lock <= ownLock
}
