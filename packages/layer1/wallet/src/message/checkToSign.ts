import { equalBytes, err, ok, type Result } from '@ply/bytes'
import {
  computeTxid,
  isMoneyRange,
  isNullOutPoint,
  outPointKey,
  strippedSize,
  type Transaction,
  type TxOutput,
  WITNESS_SCALE_FACTOR,
} from '@ply/primitives'
import type { MessageViolation } from './messageViolation.ts'
import { TO_SIGN_SCRIPT } from './virtualTransactions.ts'

const MAX_BLOCK_WEIGHT = 4_000_000

/** BIP 322, basic validation: to_sign has the prescribed shape and breaks no consensus rule that needs no script. */
export function checkToSign(
  toSign: Transaction,
  toSpend: Transaction,
  spentOutputs: readonly TxOutput[],
): Result<void, MessageViolation> {
  const [first] = toSign.inputs
  if (!first || first.prevout.index !== 0 || !equalBytes(first.prevout.txid, computeTxid(toSpend))) {
    return err({ code: 'to-sign-wrong-first-input' })
  }
  const [output] = toSign.outputs
  if (toSign.outputs.length !== 1 || output?.value !== 0n || !equalBytes(output.scriptPubKey, TO_SIGN_SCRIPT)) {
    return err({ code: 'to-sign-wrong-output' })
  }
  if (strippedSize(toSign) * WITNESS_SCALE_FACTOR > MAX_BLOCK_WEIGHT) return err({ code: 'to-sign-oversized' })
  if (new Set(toSign.inputs.map((input) => outPointKey(input.prevout))).size !== toSign.inputs.length) {
    return err({ code: 'to-sign-duplicate-input' })
  }
  if (toSign.inputs.some((input) => isNullOutPoint(input.prevout))) return err({ code: 'to-sign-null-prevout' })
  let total = 0n
  for (const { value } of spentOutputs) {
    total += value
    if (!isMoneyRange(value) || !isMoneyRange(total)) return err({ code: 'to-sign-amount-out-of-range' })
  }
  return ok(undefined)
}
