import { ok, type Result } from '@ply/bytes'
import {
  checkInputScripts,
  type Coin,
  describeScriptFailure,
  invalidTx,
  type ScriptFailure,
  type TxViolation,
} from '@ply/consensus'
import { hasWitness, type Transaction } from '@ply/primitives'
import { scriptErrorMessage, STANDARD_SCRIPT_VERIFY_FLAGS } from '@ply/script'
import { spendsNonAnchorWitnessProgram } from '../policy/standardWitness.ts'

/**
 * Runs the scripts under the standard flags. `blockFlags` are those of the next block; scripts run under them too where
 * they hold a rule that the standard flags do not, since a flag only ever forbids. Violations
 * `mempool-script-verify-flag-failed (…)`, `block-script-verify-flag-failed (…)`.
 */
export function checkScripts(
  tx: Transaction,
  coins: readonly Coin[],
  blockFlags: number,
): Result<undefined, TxViolation> {
  const standard = checkInputScripts(tx, coins, STANDARD_SCRIPT_VERIFY_FLAGS)
  if (!standard.ok) {
    // Stripped on the way, it may be fine with its witness: whoever keeps rejects must not remember this one.
    const stripped = !hasWitness(tx) && spendsNonAnchorWitnessProgram(tx, coins)
    return failed(stripped ? 'witness-stripped' : 'not-standard', 'mempool', standard.error)
  }
  if ((blockFlags & ~STANDARD_SCRIPT_VERIFY_FLAGS) === 0) return ok(undefined)
  const block = checkInputScripts(tx, coins, blockFlags)
  return block.ok ? ok(undefined) : failed('consensus', 'block', block.error)
}

function failed(
  failure: 'witness-stripped' | 'not-standard' | 'consensus',
  where: 'mempool' | 'block',
  error: ScriptFailure,
): Result<never, TxViolation> {
  const reason = `${where}-script-verify-flag-failed (${scriptErrorMessage(error.error)})`
  return invalidTx(failure, reason, describeScriptFailure(error))
}
