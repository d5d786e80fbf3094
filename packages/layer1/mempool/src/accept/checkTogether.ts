import { err, ok, type Result } from '@ply/bytes'
import type { TxViolation } from '@ply/consensus'
import { computeTxid, type Transaction } from '@ply/primitives'
import { checkEphemeralSpends } from '../policy/ephemeralDust.ts'
import {
  checkPackageImprovesDiagram,
  checkPackageReplacementFees,
  type PackageReplacement,
} from '../policy/packageReplacement.ts'
import { findPackageTrucViolation } from '../policy/trucPackage.ts'
import type { Addition } from '../pool/addition.ts'
import type { MempoolEntry } from '../pool/entry.ts'
import { checkMaxFeeRate } from './checkAcceptance.ts'
import { areClustersWithinLimits } from './clusterLimits.ts'
import { MempoolCoins } from './coins.ts'
import type { AcceptContext, AcceptRules, Workspace } from './context.ts'
import { checkPackageForm, isChildWithParents } from './package.ts'
import type { PoolState } from './poolState.ts'
import { checkBeforeScripts, checkFeeRate } from './preChecks.ts'
import { checkScripts } from './scripts.ts'

type Member = Omit<Workspace, 'removed'>

/** Why a package did not pass. */
export interface PackageFailure {
  /** The rule that the package broke, or `transaction failed`. */
  readonly message: string
  /** The package as a whole is at fault. */
  readonly policy: boolean
  /** The transaction that is at fault, else. */
  readonly transaction?: { readonly index: number; readonly violation: TxViolation }
  /** Those, from the first, that had passed everything by then. */
  readonly passed: readonly MempoolEntry[]
}

/** What joins the pool, and what must leave for it. */
export interface PackageAcceptance {
  readonly entries: readonly MempoolEntry[]
  readonly removed: readonly MempoolEntry[]
}

const packageRule = (message: string) => err<PackageFailure>({ message, policy: true, passed: [] })

const failedAt = (index: number, violation: TxViolation, message = 'transaction failed') =>
  err<PackageFailure>({ message, policy: false, transaction: { index, violation }, passed: [] })

/** Every rule for several transactions that enter together, in Bitcoin Core's order. Changes nothing. */
export function checkTogether(
  pool: PoolState,
  transactions: readonly Transaction[],
  context: AcceptContext,
  rules: AcceptRules,
): Result<PackageAcceptance, PackageFailure> {
  const form = checkPackageForm(transactions)
  if (!form.ok) return packageRule(form.error)
  const members = checkEach(pool, transactions, context, rules)
  if (!members.ok) return members
  for (const member of members.value) {
    const truc = findPackageTrucViolation(pool.graph, member, transactions)
    if (truc !== undefined) return packageRule(`TRUC-violation, ${truc}`)
  }
  const fees = rules.feeOfPackage ? checkPackageFee(pool, members.value, context) : ok(undefined)
  if (!fees.ok) return fees
  const additions = members.value.map((member) => addParentsOfPackage(member, members.value))
  const removed = checkReplacement(pool, members.value, additions)
  if (!removed.ok) return removed
  if (!areClustersWithinLimits(pool, additions, removed.value)) return packageRule('too-large-cluster')
  const dust = pool.options.requireStandard ? checkDustSpends(pool, additions) : ok(undefined)
  if (!dust.ok) return dust
  const scripts = checkAllScripts(pool, additions, context)
  return scripts.ok ? ok({ entries: additions.map(({ entry }) => entry), removed: removed.value }) : scripts
}

function checkEach(
  pool: PoolState,
  transactions: readonly Transaction[],
  context: AcceptContext,
  rules: AcceptRules,
): Result<readonly Member[], PackageFailure> {
  const members: Member[] = []
  for (const [index, tx] of transactions.entries()) {
    const packaged = transactions.slice(0, index)
    const checked = checkBeforeScripts(pool, tx, context, { ...rules, packaged, allowSiblingEviction: false })
    if (!checked.ok) return failedAt(index, checked.error)
    const feeRate = checkMaxFeeRate(checked.value.entry, rules)
    if (!feeRate.ok) return failedAt(index, feeRate.error)
    members.push(checked.value)
  }
  return ok(members)
}

/** Fees and sizes of all count together. */
function checkPackageFee(
  pool: PoolState,
  members: readonly Member[],
  { now }: AcceptContext,
): Result<undefined, PackageFailure> {
  const fee = members.reduce((sum, { entry }) => sum + entry.modifiedFee, 0n)
  const vsize = members.reduce((sum, { entry }) => sum + entry.vsize, 0)
  const paid = checkFeeRate(pool, fee, vsize, now)
  return paid.ok ? paid : failedAt(members.length - 1, paid.error)
}

function addParentsOfPackage({ entry, parents }: Member, members: readonly Member[]): Addition {
  const spent = new Set(entry.tx.inputs.map((input) => input.prevout.txid.join()))
  const before = members.filter((other) => spent.has(computeTxid(other.entry.tx).join()))
  return { entry, parents: [...parents, ...before.map((other) => other.entry)] }
}

function checkReplacement(
  pool: PoolState,
  members: readonly Member[],
  additions: readonly Addition[],
): Result<readonly MempoolEntry[], PackageFailure> {
  const conflicts = [...new Set(members.flatMap((member) => member.conflicts))]
  if (conflicts.length === 0) return ok([])
  const [parent, child] = members
  if (!parent || !child || members.length > 2 || !isChildWithParents(members.map(({ entry }) => entry.tx))) {
    return packageRule('package RBF failed: package must be 1-parent-1-child')
  }
  if (members.some(({ parents }) => parents.length > 0)) {
    return packageRule('package RBF failed: new transaction cannot have mempool ancestors')
  }
  const replacement: PackageReplacement = { parent: parent.entry, child: child.entry, additions, conflicts }
  const removed = checkPackageReplacementFees(pool.graph, replacement, pool.options)
  if (!removed.ok) return packageRule(removed.error)
  if (!areClustersWithinLimits(pool, additions, removed.value)) return packageRule('too-large-cluster')
  const improves = checkPackageImprovesDiagram(replacement, removed.value)
  return improves.ok ? removed : packageRule(improves.error)
}

function checkDustSpends({ options }: PoolState, additions: readonly Addition[]): Result<undefined, PackageFailure> {
  for (const [index, { entry, parents }] of additions.entries()) {
    const spent = checkEphemeralSpends(
      entry.tx,
      parents.map((parent) => parent.tx),
      options.dustFeeRate,
    )
    if (!spent.ok) return failedAt(index, spent.error, 'unspent-dust')
  }
  return ok(undefined)
}

function checkAllScripts(
  pool: PoolState,
  additions: readonly Addition[],
  context: AcceptContext,
): Result<undefined, PackageFailure> {
  const entries = additions.map(({ entry }) => entry)
  const packaged = entries.map(({ tx }) => tx)
  const view = new MempoolCoins(pool.graph, context.coins, context.tip.height + 1, packaged)
  for (const [index, tx] of packaged.entries()) {
    const spent = tx.inputs.map((input) => view.get(input.prevout)!)
    const scripts = checkScripts(tx, spent, context)
    if (scripts.ok) continue
    const transaction = { index, violation: scripts.error }
    return err({ message: 'transaction failed', policy: false, transaction, passed: entries.slice(0, index) })
  }
  return ok(undefined)
}
