import { equalBytes, ok, type Result } from '@ply/bytes'
import {
  isCoinbase,
  isMoneyRange,
  isNullOutPoint,
  MAX_MONEY,
  type OutPoint,
  outPointMapKey,
  strippedSize,
  type Transaction,
  WITNESS_SCALE_FACTOR,
} from '@ply/primitives'
import { MAX_BLOCK_WEIGHT } from '../limits.ts'
import { invalidTx, type TxViolation } from '../violation.ts'

/** Violations `bad-txns-vin-empty`, `bad-txns-vout-empty`. */
export function checkNotEmpty(tx: Transaction): Result<undefined, TxViolation> {
  if (tx.inputs.length === 0) return invalidTx('consensus', 'bad-txns-vin-empty')
  if (tx.outputs.length === 0) return invalidTx('consensus', 'bad-txns-vout-empty')
  return ok(undefined)
}

/** Without its witness a transaction fits into a block. Violation `bad-txns-oversize`. */
export function checkSize(tx: Transaction): Result<undefined, TxViolation> {
  return strippedSize(tx) * WITNESS_SCALE_FACTOR > MAX_BLOCK_WEIGHT
    ? invalidTx('consensus', 'bad-txns-oversize')
    : ok(undefined)
}

/** Each output and their sum lie in [0, 21 million bitcoins] (CVE-2010-5139). */
export function checkOutputValues(tx: Transaction): Result<undefined, TxViolation> {
  let total = 0n
  for (const { value } of tx.outputs) {
    if (value < 0n) return invalidTx('consensus', 'bad-txns-vout-negative')
    if (value > MAX_MONEY) return invalidTx('consensus', 'bad-txns-vout-toolarge')
    total += value
    if (!isMoneyRange(total)) return invalidTx('consensus', 'bad-txns-txouttotal-toolarge')
  }
  return ok(undefined)
}

const isSameOutPoint = (a: OutPoint, b: OutPoint): boolean => a.index === b.index && equalBytes(a.txid, b.txid)

/** So few are compared sooner than a set is made. */
const FEW_INPUTS = 8

/** No outpoint is spent twice by one transaction (CVE-2018-17144). Violation `bad-txns-inputs-duplicate`. */
export function checkDuplicateInputs(tx: Transaction): Result<undefined, TxViolation> {
  const { inputs } = tx
  const hasDuplicate =
    inputs.length <= FEW_INPUTS
      ? inputs.some(({ prevout }, i) => inputs.some((other, j) => j < i && isSameOutPoint(other.prevout, prevout)))
      : new Set(inputs.map((input) => outPointMapKey(input.prevout))).size < inputs.length
  return hasDuplicate ? invalidTx('consensus', 'bad-txns-inputs-duplicate') : ok(undefined)
}

/** A coinbase's script has 2 to 100 bytes; any other transaction spends only real outpoints. */
export function checkInputForm(tx: Transaction): Result<undefined, TxViolation> {
  if (isCoinbase(tx)) {
    const { length } = tx.inputs[0]!.scriptSig
    return length < 2 || length > 100 ? invalidTx('consensus', 'bad-cb-length') : ok(undefined)
  }
  return tx.inputs.some((input) => isNullOutPoint(input.prevout))
    ? invalidTx('consensus', 'bad-txns-prevout-null')
    : ok(undefined)
}
