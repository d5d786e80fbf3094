import { ok, type Result } from '@ply/bytes'
import { scriptErrorMessage, type SignatureCheck } from '@ply/script'
import {
  checkInputScripts,
  type CollectedScript,
  collectInputScripts,
  describeScriptFailure,
  type ScriptFailure,
  settleCollectedScripts,
} from '../transaction/inputScripts.ts'
import type { ScriptExecutionCache } from '../transaction/scriptExecutionCache.ts'
import type { Coin } from '../transaction/coin.ts'
import { invalidBlock, type BlockViolation } from '../violation.ts'
import type { Transaction } from '@ply/primitives'

function scriptViolation(failure: ScriptFailure): { readonly ok: false; readonly error: BlockViolation } {
  const reason = `block-script-verify-flag-failed (${scriptErrorMessage(failure.error)})`
  return invalidBlock('consensus', reason, describeScriptFailure(failure))
}

/** A transaction and the coins that it spends. */
export interface SpendToVerify {
  readonly tx: Transaction
  readonly coins: readonly Coin[]
}

export interface CollectOptions {
  /** Transactions whose scripts the mempool ran already. */
  readonly scriptCache?: ScriptExecutionCache | undefined
  /**
   * Takes the signatures while the scripts run, so that they need not be kept; `at` is the transaction's place among the
   * spends. If any turns out bad, {@link verifyBlockScripts} has the last word on its transaction.
   */
  readonly collect?: ((checks: readonly SignatureCheck[], at: number) => void) | undefined
}

/**
 * Runs every script of a block, but for transactions that the cache knows, and answers with the signatures that must
 * still be verified; with none where `collect` took them. Violation `block-script-verify-flag-failed (…)`.
 */
export function collectBlockScripts(
  spends: readonly SpendToVerify[],
  flags: number,
  { scriptCache, collect }: CollectOptions = {},
): Result<readonly CollectedScript[], BlockViolation> {
  const all: CollectedScript[] = []
  for (const [at, { tx, coins }] of spends.entries()) {
    if (scriptCache?.has(tx, flags)) continue
    const collected = collectInputScripts(tx, coins, flags)
    if (!collected.ok) return scriptViolation(collected.error)
    if (collect) for (const { checks } of collected.value) collect(checks, at)
    else all.push(...collected.value)
  }
  return ok(all)
}

/**
 * The verdict on scripts by the interpreter alone, every signature verified as it comes. Violation
 * `block-script-verify-flag-failed (…)`.
 */
export function verifyBlockScripts(spends: readonly SpendToVerify[], flags: number): Result<undefined, BlockViolation> {
  for (const { tx, coins } of spends) {
    const checked = checkInputScripts(tx, coins, flags)
    if (!checked.ok) return scriptViolation(checked.error)
  }
  return ok(undefined)
}

/**
 * The last word on a block's scripts, given which signatures are good (by default it asks the curve). Violation
 * `block-script-verify-flag-failed (…)`.
 */
export function verifyCollectedChecks(
  scripts: readonly CollectedScript[],
  isGood?: (check: SignatureCheck) => boolean,
): Result<undefined, BlockViolation> {
  const settled = settleCollectedScripts(scripts, isGood)
  return settled.ok ? settled : scriptViolation(settled.error)
}
