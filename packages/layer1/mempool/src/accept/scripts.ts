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
import type { AcceptContext } from './context.ts'
import { spendsNonAnchorWitnessProgram } from '../policy/standardWitness.ts'

/**
 * Runs the scripts under the standard flags. `blockFlags` are those of the next block; scripts run under them too where
 * they hold a rule that the standard flags do not, since a flag only ever forbids. What passes is noted in
 * `scriptCache`, for the block that will hold it. Violations
 * `mempool-script-verify-flag-failed (…)`, `block-script-verify-flag-failed (…)`.
 */
export function checkScripts(
  tx: Transaction,
  coins: readonly Coin[],
  { blockFlags, scriptCache }: Pick<AcceptContext, 'blockFlags' | 'scriptCache'>,
): Result<undefined, TxViolation> {
  const standard = checkInputScripts(tx, coins, STANDARD_SCRIPT_VERIFY_FLAGS)
  if (!standard.ok) {
    // Stripped on the way, it may be fine with its witness: whoever keeps rejects must not remember this one.
    const stripped = !hasWitness(tx) && spendsNonAnchorWitnessProgram(tx, coins)
    return failed(stripped ? 'witness-stripped' : 'not-standard', 'mempool', standard.error)
  }
  if ((blockFlags & ~STANDARD_SCRIPT_VERIFY_FLAGS) !== 0) {
    const block = checkInputScripts(tx, coins, blockFlags)
    if (!block.ok) return failed('consensus', 'block', block.error)
  }
  scriptCache?.add(tx, blockFlags)
  return ok(undefined)
}

function failed(
  failure: 'witness-stripped' | 'not-standard' | 'consensus',
  where: 'mempool' | 'block',
  error: ScriptFailure,
): Result<never, TxViolation> {
  const reason = `${where}-script-verify-flag-failed (${scriptErrorMessage(error.error)})`
  return invalidTx(failure, reason, describeScriptFailure(error))
}
