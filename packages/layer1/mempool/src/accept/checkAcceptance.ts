import { compareBytes, ok, type Result } from '@ply/bytes'
import { invalidTx, type TxViolation } from '@ply/consensus'
import { hashToDisplay, type Transaction } from '@ply/primitives'
import { checkEphemeralSpends } from '../policy/ephemeralDust.ts'
import { checkReplacementFees, improvesDiagram } from '../policy/replacement.ts'
import type { MempoolEntry } from '../pool/entry.ts'
import { areClustersWithinLimits } from './clusterLimits.ts'
import { MempoolCoins } from './coins.ts'
import type { AcceptContext, AcceptRules, Workspace } from './context.ts'
import type { PoolState } from './poolState.ts'
import { checkBeforeScripts } from './preChecks.ts'
import { checkScripts } from './scripts.ts'

type Verdict = Result<undefined, TxViolation>

/** Every rule for entering the pool, cheap ones first, in Bitcoin Core's order. Changes nothing. */
export function checkAcceptance(
  pool: PoolState,
  tx: Transaction,
  context: AcceptContext,
  rules: AcceptRules,
): Result<Workspace, TxViolation> {
  const checked = checkBeforeScripts(pool, tx, context, rules)
  if (!checked.ok) return checked
  const replaced = checkReplacement(pool, checked.value)
  if (!replaced.ok) return replaced
  const workspace = { ...checked.value, removed: replaced.value }
  const cluster = checkClusterLimits(pool, workspace)
  if (!cluster.ok) return cluster
  const disjoint = checkSpendsNoConflict(pool, workspace)
  if (!disjoint.ok) return disjoint
  const feeRate = checkMaxFeeRate(workspace.entry, rules)
  if (!feeRate.ok) return feeRate
  const dust =
    rules.bypassLimits || !pool.options.requireStandard
      ? ok(undefined)
      : checkEphemeralSpends(
          tx,
          workspace.parents.map((parent) => parent.tx),
          pool.options.dustFeeRate,
        )
  if (!dust.ok) return dust
  const view = new MempoolCoins(pool.graph, context.coins, context.tip.height + 1)
  const coins = tx.inputs.map((input) => view.get(input.prevout)!)
  const scripts = checkScripts(tx, coins, context)
  return scripts.ok ? ok(workspace) : scripts
}

function checkReplacement(
  pool: PoolState,
  checked: Omit<Workspace, 'removed'>,
): Result<readonly MempoolEntry[], TxViolation> {
  if (checked.conflicts.length === 0) return ok([])
  const removed = checkReplacementFees(pool.graph, checked, pool.options)
  if (!removed.ok) return removed
  const limits = checkClusterLimits(pool, { ...checked, removed: removed.value })
  if (!limits.ok) return limits
  if (improvesDiagram([checked], checked.conflicts, removed.value)) return removed
  return invalidTx('reconsiderable', 'replacement-failed', 'insufficient feerate: does not improve feerate diagram')
}

/** The cluster that the transaction would end up in. Violation `too-large-cluster`. */
function checkClusterLimits(pool: PoolState, { entry, parents, removed }: Workspace): Verdict {
  return areClustersWithinLimits(pool, [{ entry, parents }], removed)
    ? ok(undefined)
    : invalidTx('mempool-policy', 'too-large-cluster')
}

/** Violation `bad-txns-spends-conflicting-tx`: it depends on what it would push out. */
function checkSpendsNoConflict({ graph }: PoolState, { entry, parents, conflicts }: Workspace): Verdict {
  if (conflicts.length === 0) return ok(undefined)
  const ancestors = [...graph.ancestors(parents)].sort((a, b) => compareBytes(a.txid, b.txid))
  const spent = ancestors.find((ancestor) => conflicts.includes(ancestor))
  if (!spent) return ok(undefined)
  const message = `${hashToDisplay(entry.txid)} spends conflicting transaction ${hashToDisplay(spent.txid)}`
  return invalidTx('consensus', 'bad-txns-spends-conflicting-tx', message)
}

/** Violation `max feerate exceeded`. */
export function checkMaxFeeRate(entry: MempoolEntry, { maxFeeRate }: AcceptRules): Verdict {
  if (maxFeeRate === undefined || entry.modifiedFee * 1000n <= maxFeeRate * BigInt(entry.vsize)) return ok(undefined)
  return invalidTx('mempool-policy', 'max feerate exceeded')
}
