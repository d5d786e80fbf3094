import type { Result } from '@ply/bytes'
import type { Transaction } from '@ply/primitives'
import {
  checkDuplicateInputs,
  checkInputForm,
  checkNotEmpty,
  checkOutputValues,
  checkSize,
} from './transaction/sanity.ts'
import type { TxViolation } from './violation.ts'

/**
 * Every rule of a transaction that needs nothing but the transaction, in order. Violations `bad-txns-vin-empty`,
 * `bad-txns-vout-empty`, `bad-txns-oversize`, `bad-txns-vout-negative`, `bad-txns-vout-toolarge`,
 * `bad-txns-txouttotal-toolarge`, `bad-txns-inputs-duplicate`, `bad-cb-length`, `bad-txns-prevout-null`.
 */
export function checkTransaction(tx: Transaction): Result<undefined, TxViolation> {
  const notEmpty = checkNotEmpty(tx)
  if (!notEmpty.ok) return notEmpty
  const size = checkSize(tx)
  if (!size.ok) return size
  const values = checkOutputValues(tx)
  if (!values.ok) return values
  const duplicates = checkDuplicateInputs(tx)
  if (!duplicates.ok) return duplicates
  return checkInputForm(tx)
}
