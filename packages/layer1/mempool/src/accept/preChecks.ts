import { ok, type Result } from '@ply/bytes'
import {
  checkTransaction,
  checkTxInputs,
  type CoinsView,
  computeSigopCost,
  invalidTx,
  type TxViolation,
} from '@ply/consensus'
import { computeTxid, computeWtxid, hasWitness, isCoinbase, type Transaction } from '@ply/primitives'
import { STANDARD_SCRIPT_VERIFY_FLAGS } from '@ply/script'
import { checkDustIsFree } from '../policy/ephemeralDust.ts'
import { computeFee } from '../policy/feeRate.ts'
import { MAX_STANDARD_TX_SIGOPS_COST } from '../policy/limits.ts'
import { checkStandardInputs } from '../policy/standardInputs.ts'
import { checkNotTooSmall, checkStandardTransaction } from '../policy/standardTransaction.ts'
import { checkStandardWitness } from '../policy/standardWitness.ts'
import { checkTruc } from '../policy/truc.ts'
import { MempoolEntry } from '../pool/entry.ts'
import type { MempoolGraph } from '../pool/graph.ts'
import { MempoolCoins } from './coins.ts'
import type { AcceptContext, AcceptRules, Workspace } from './context.ts'
import type { PoolState } from './poolState.ts'
import { areSequenceLocksMetAfter, isFinalAfter } from './timeLocks.ts'

type Verdict = Result<undefined, TxViolation>

/** Everything about a transaction that needs no script, in Bitcoin Core's order. */
export function checkBeforeScripts(
  pool: PoolState,
  tx: Transaction,
  context: AcceptContext,
  rules: AcceptRules,
): Result<Omit<Workspace, 'removed'>, TxViolation> {
  const form = checkForm(pool, tx, context)
  if (!form.ok) return form
  const { graph } = pool
  const conflicts = graph.conflictsOf(tx)
  if (conflicts.length > 0 && rules.allowReplacement === false) {
    return invalidTx('mempool-policy', 'bip125-replacement-disallowed')
  }
  const coins = new MempoolCoins(graph, context.coins, context.tip.height + 1, rules.packaged)
  const entry = checkInputs(pool, tx, context, { coins, fromBlock: rules.bypassLimits === true })
  if (!entry.ok) return entry
  const fees = checkFees(pool, entry.value, context, rules)
  if (!fees.ok) return fees
  const parents = graph.parentsOf(tx)
  const base = { entry: entry.value, parents, conflicts, siblingEviction: false }
  return rules.bypassLimits ? ok(base) : applyTruc(graph, base, rules)
}

/** The transaction by itself, and whether the pool has it. */
function checkForm({ graph, options }: PoolState, tx: Transaction, { tip }: AcceptContext): Verdict {
  const sane = checkTransaction(tx)
  if (!sane.ok) return sane
  if (isCoinbase(tx)) return invalidTx('consensus', 'coinbase')
  const standard = options.requireStandard ? checkStandardTransaction(tx, options) : ok(undefined)
  if (!standard.ok) return standard
  const size = checkNotTooSmall(tx)
  if (!size.ok) return size
  if (!isFinalAfter(tx, tip)) return invalidTx('premature-spend', 'non-final')
  if (graph.byWtxid(computeWtxid(tx))) return invalidTx('conflict', 'txn-already-in-mempool')
  if (graph.get(computeTxid(tx))) return invalidTx('conflict', 'txn-same-nonwitness-data-in-mempool')
  return ok(undefined)
}

/** The transaction with the coins that it spends. */
function checkInputs(
  pool: PoolState,
  tx: Transaction,
  context: AcceptContext,
  { coins, fromBlock }: { readonly coins: CoinsView; readonly fromBlock: boolean },
): Result<MempoolEntry, TxViolation> {
  const { tip } = context
  if (tx.inputs.some((input) => !coins.get(input.prevout))) {
    const txid = computeTxid(tx)
    const confirmed = tx.outputs.some((_, index) => context.coins.get({ txid, index }))
    return confirmed
      ? invalidTx('conflict', 'txn-already-known')
      : invalidTx('missing-inputs', 'bad-txns-inputs-missingorspent')
  }
  if (!areSequenceLocksMetAfter(tx, tip, coins)) return invalidTx('premature-spend', 'non-BIP68-final')
  const inputs = checkTxInputs(tx, coins, tip.height + 1)
  if (!inputs.ok) return inputs
  const { fee, coins: spent } = inputs.value
  if (pool.options.requireStandard) {
    const standard = checkStandardInputs(tx, spent)
    if (!standard.ok) return standard
    const witness = hasWitness(tx) ? checkStandardWitness(tx, spent) : ok(undefined)
    if (!witness.ok) return witness
  }
  const entry = new MempoolEntry({
    tx,
    fee,
    feeDelta: pool.feeDelta(computeTxid(tx)),
    time: context.arrived ?? context.now,
    height: tip.height,
    sigopCost: computeSigopCost(tx, spent, STANDARD_SCRIPT_VERIFY_FLAGS),
    bytesPerSigop: pool.options.bytesPerSigop,
    coins: spent,
    sequence: pool.nextSequence(),
    fromBlock,
  })
  return ok(entry)
}

function checkFees(pool: PoolState, entry: MempoolEntry, { now }: AcceptContext, rules: AcceptRules): Verdict {
  if (pool.options.requireStandard) {
    const dust = checkDustIsFree(entry, pool.options.dustFeeRate)
    if (!dust.ok) return dust
  }
  if (entry.sigopCost > MAX_STANDARD_TX_SIGOPS_COST) {
    return invalidTx('not-standard', 'bad-txns-too-many-sigops', String(entry.sigopCost))
  }
  if (rules.bypassLimits || rules.feeOfPackage) return ok(undefined)
  return checkFeeRate(pool, entry.modifiedFee, entry.vsize, now)
}

/** Violations `mempool min fee not met`, `min relay fee not met`, for a transaction or a package. */
export function checkFeeRate(pool: PoolState, fee: bigint, vsize: number, now: number): Verdict {
  const rolling = computeFee(pool.rollingFeeRate(now), vsize)
  if (rolling > 0n && fee < rolling) {
    return invalidTx('reconsiderable', 'mempool min fee not met', `${fee} < ${rolling}`)
  }
  const relay = computeFee(pool.options.minRelayFeeRate, vsize)
  return fee < relay ? invalidTx('reconsiderable', 'min relay fee not met', `${fee} < ${relay}`) : ok(undefined)
}

/** The TRUC rules; where only a sibling is in the way, it becomes one more conflict. Violation `TRUC-violation`. */
function applyTruc(
  graph: MempoolGraph,
  base: Omit<Workspace, 'removed'>,
  rules: AcceptRules,
): Result<Omit<Workspace, 'removed'>, TxViolation> {
  const failure = checkTruc(graph, base.entry, base.parents, new Set(base.conflicts))
  if (!failure) return ok(base)
  const mayEvict = rules.allowReplacement !== false && rules.allowSiblingEviction !== false
  if (!failure.sibling || !mayEvict) return invalidTx('mempool-policy', 'TRUC-violation', failure.message)
  return ok({ ...base, conflicts: [...base.conflicts, failure.sibling], siblingEviction: true })
}
