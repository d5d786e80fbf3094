import { ok, type Result } from '@ply/bytes'
import { invalidTx, type TxViolation } from '@ply/consensus'
import { formatBtc, hashToDisplay } from '@ply/primitives'
import { type Addition, withLinks } from '../pool/addition.ts'
import { connectedGroups, orderEntries } from '../pool/cluster.ts'
import { compareDiagrams } from '../pool/diagram.ts'
import type { MempoolEntry } from '../pool/entry.ts'
import type { MempoolGraph } from '../pool/graph.ts'
import { computeFee, type FeeAndSize } from './feeRate.ts'
import { MAX_REPLACEMENT_CANDIDATES } from './limits.ts'
import type { MempoolOptions } from './options.ts'

export interface Replacement {
  readonly entry: MempoolEntry
  /** Entries that must go because they conflict with the new one. */
  readonly conflicts: readonly MempoolEntry[]
  /** One of them conflicts only by the TRUC rules. */
  readonly siblingEviction: boolean
}

/** Amounts in Bitcoin Core's debug messages drop zeros at the end, but keep two decimals. */
const formatMoney = (amount: bigint): string => formatBtc(amount).replace(/0{1,6}$/, '')

/** Says so, in Bitcoin Core's words, if conflicts lie in more clusters than one replacement may touch. */
export function findTooManyClusters({ txid }: MempoolEntry, conflicts: readonly MempoolEntry[]): string | undefined {
  const clusters = new Set(conflicts.map((conflict) => conflict.cluster)).size
  if (clusters <= MAX_REPLACEMENT_CANDIDATES) return undefined
  const counts = `${clusters} > ${MAX_REPLACEMENT_CANDIDATES}`
  return `rejecting replacement ${hashToDisplay(txid)}; too many conflicting clusters (${counts})`
}

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
  const message = findTooManyClusters(entry, conflicts)
  if (message !== undefined) {
    return invalidTx('mempool-policy', `too many potential replacements${suffix}`, message)
  }
  const removed = [...graph.descendants(conflicts)]
  const shortfall = findFeeShortfall(entry, { fee: entry.modifiedFee, vsize: entry.vsize }, removed, options)
  return shortfall === undefined ? ok(removed) : invalidTx('reconsiderable', `insufficient fee${suffix}`, shortfall)
}

/** Why `paid` does not pay for what is `removed` and for its own relay, in Bitcoin Core's words. */
export function findFeeShortfall(
  { txid }: MempoolEntry,
  paid: { readonly fee: bigint; readonly vsize: number },
  removed: readonly MempoolEntry[],
  options: MempoolOptions,
): string | undefined {
  const replacedFees = removed.reduce((sum, other) => sum + other.modifiedFee, 0n)
  const insufficient = (what: string, has: bigint, needs: bigint): string =>
    `rejecting replacement ${hashToDisplay(txid)}, ${what}; ${formatMoney(has)} < ${formatMoney(needs)}`
  if (paid.fee < replacedFees) return insufficient('less fees than conflicting txs', paid.fee, replacedFees)
  const additional = paid.fee - replacedFees
  const relayFee = computeFee(options.incrementalFeeRate, paid.vsize)
  return additional < relayFee ? insufficient('not enough additional fees to relay', additional, relayFee) : undefined
}

/** The pool must be worth more to a miner afterwards, whatever room a block has. */
export function improvesDiagram(
  additions: readonly Addition[],
  conflicts: readonly MempoolEntry[],
  removed: readonly MempoolEntry[],
): boolean {
  const touched = [...additions.flatMap(({ parents }) => parents), ...conflicts, ...removed]
  const clusters = new Set(touched.flatMap(({ cluster }) => cluster ?? []))
  const before: FeeAndSize[] = [...clusters].flatMap((cluster) => [...cluster.chunks])
  const gone = new Set(removed)
  const kept = [...clusters].flatMap((cluster) => [...cluster.entries].filter((other) => !gone.has(other)))
  const all = [...kept, ...additions.map(({ entry }) => entry)]
  const after = withLinks(additions, () => connectedGroups(all).flatMap((group) => orderEntries(group)))
  return compareDiagrams(after, before) === 'better'
}
