import { ok, type Result } from '@ply/bytes'
import { scriptErrorMessage, type SignatureCheck } from '@ply/script'
import {
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

/**
 * Runs every script of a block, but for transactions that `cache` knows, and collects the signatures that must still be
 * verified. Violation `block-script-verify-flag-failed (…)`.
 */
export function collectBlockScripts(
  spends: readonly SpendToVerify[],
  flags: number,
  cache?: ScriptExecutionCache,
): Result<readonly CollectedScript[], BlockViolation> {
  const all: CollectedScript[] = []
  for (const { tx, coins } of spends) {
    if (cache?.has(tx, flags)) continue
    const collected = collectInputScripts(tx, coins, flags)
    if (!collected.ok) return scriptViolation(collected.error)
    all.push(...collected.value)
  }
  return ok(all)
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
