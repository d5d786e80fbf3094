import { ok, type Result } from '@ply/bytes'
import { invalidTx, type TxViolation } from '@ply/consensus'
import { formatBtc, hashToDisplay } from '@ply/primitives'
import { connectedGroups, orderEntries } from '../pool/cluster.ts'
import { compareDiagrams } from '../pool/diagram.ts'
import type { MempoolEntry } from '../pool/entry.ts'
import type { MempoolGraph } from '../pool/graph.ts'
import { computeFee, type FeeAndSize } from './feeRate.ts'
import { MAX_REPLACEMENT_CANDIDATES } from './limits.ts'
import type { MempoolOptions } from './options.ts'

export interface Replacement {
  readonly entry: MempoolEntry
  readonly parents: readonly MempoolEntry[]
  /** Entries that must go because they conflict with the new one. */
  readonly conflicts: readonly MempoolEntry[]
  /** One of them conflicts only by the TRUC rules. */
  readonly siblingEviction: boolean
}

/** Amounts in Bitcoin Core's debug messages drop zeros at the end, but keep two decimals. */
const formatMoney = (amount: bigint): string => formatBtc(amount).replace(/0{1,6}$/, '')

/**
 * Replacement by fee, rules 3 to 5 of Bitcoin Core's policy: not too many clusters are touched, the new transaction pays
 * at least what it pushes out and its own relay on top. Returns everything that goes.
 * Violations `too many potential replacements`, `insufficient fee`.
 */
export function checkReplacementFees(
  graph: MempoolGraph,
  replacement: Replacement,
  options: MempoolOptions,
): Result<readonly MempoolEntry[], TxViolation> {
  const { entry, conflicts, siblingEviction } = replacement
  const suffix = siblingEviction ? ' (including sibling eviction)' : ''
  const txid = hashToDisplay(entry.txid)
  const clusters = new Set(conflicts.map((conflict) => conflict.cluster)).size
  if (clusters > MAX_REPLACEMENT_CANDIDATES) {
    const message = `rejecting replacement ${txid}; too many conflicting clusters (${clusters} > ${MAX_REPLACEMENT_CANDIDATES})`
    return invalidTx('mempool-policy', `too many potential replacements${suffix}`, message)
  }
  const removed = [...graph.descendants(conflicts)]
  const replacedFees = removed.reduce((sum, other) => sum + other.modifiedFee, 0n)
  const insufficient = (what: string, has: bigint, needs: bigint) =>
    invalidTx(
      'reconsiderable',
      `insufficient fee${suffix}`,
      `rejecting replacement ${txid}, ${what}; ${formatMoney(has)} < ${formatMoney(needs)}`,
    )
  if (entry.modifiedFee < replacedFees) {
    return insufficient('less fees than conflicting txs', entry.modifiedFee, replacedFees)
  }
  const additional = entry.modifiedFee - replacedFees
  const relayFee = computeFee(options.incrementalFeeRate, entry.vsize)
  if (additional < relayFee) return insufficient('not enough additional fees to relay', additional, relayFee)
  return ok(removed)
}

/** The pool must be worth more to a miner afterwards, whatever room a block has. Violation `replacement-failed`. */
export function checkImprovesDiagram(
  { entry, parents, conflicts }: Replacement,
  removed: readonly MempoolEntry[],
): Result<undefined, TxViolation> {
  const clusters = new Set([...parents, ...conflicts, ...removed].map((other) => other.cluster!))
  const before: FeeAndSize[] = [...clusters].flatMap((cluster) => [...cluster.chunks])
  const gone = new Set(removed)
  const kept = [...clusters].flatMap((cluster) => [...cluster.entries].filter((other) => !gone.has(other)))
  // The new entry stands in for itself: its links are made only when it joins the pool.
  for (const parent of parents) entry.parents.add(parent)
  for (const parent of parents) parent.children.add(entry)
  const after = connectedGroups([...kept, entry]).flatMap((group) => orderEntries(group))
  for (const parent of parents) parent.children.delete(entry)
  entry.parents.clear()
  return compareDiagrams(after, before) === 'better'
    ? ok(undefined)
    : invalidTx('reconsiderable', 'replacement-failed', 'insufficient feerate: does not improve feerate diagram')
}
