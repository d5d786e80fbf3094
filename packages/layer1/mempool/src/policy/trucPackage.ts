import { equalBytes } from '@ply/bytes'
import { computeTxid, computeWtxid, hashToDisplay, type Transaction } from '@ply/primitives'
import type { MempoolEntry } from '../pool/entry.ts'
import type { MempoolGraph } from '../pool/graph.ts'
import { TRUC_CHILD_MAX_VSIZE, TRUC_VERSION } from './limits.ts'

const nameOf = (tx: Transaction): string =>
  `tx ${hashToDisplay(computeTxid(tx))} (wtxid=${hashToDisplay(computeWtxid(tx))})`

const isTruc = (tx: Transaction): boolean => tx.version === TRUC_VERSION

function spends(tx: Transaction, parent: Transaction): boolean {
  const txid = computeTxid(parent)
  return tx.inputs.some((input) => equalBytes(input.prevout.txid, txid))
}

/** A transaction of a package that passed the rules for lone ones, with its parents in the pool. */
export interface PackageMember {
  readonly entry: MempoolEntry
  readonly parents: readonly MempoolEntry[]
}

/**
 * BIP 431 among the transactions of a package, which may be parent and child of each other. Returns the broken rule in
 * Bitcoin Core's words.
 */
export function findPackageTrucViolation(
  graph: MempoolGraph,
  { entry, parents }: PackageMember,
  transactions: readonly Transaction[],
): string | undefined {
  const { tx } = entry
  const inPackage = transactions.slice(0, transactions.indexOf(tx)).filter((other) => spends(tx, other))
  if (!isTruc(tx)) {
    const parent = [...parents.map((each) => each.tx), ...inPackage].find(isTruc)
    return parent && `non-version=3 ${nameOf(tx)} cannot spend from version=3 ${nameOf(parent)}`
  }
  const [first] = parents
  const deep = first !== undefined && (inPackage.length > 0 || first.parents.size > 0)
  if (parents.length + inPackage.length > 1 || deep) return `${nameOf(tx)} would have too many ancestors`
  const parent = first?.tx ?? inPackage[0]
  if (!parent) return undefined
  if (entry.vsize > TRUC_CHILD_MAX_VSIZE) {
    const size = `${entry.vsize} > ${TRUC_CHILD_MAX_VSIZE} virtual bytes`
    return `version=3 child ${nameOf(tx)} is too big: ${size}`
  }
  if (!isTruc(parent)) return `version=3 ${nameOf(tx)} cannot spend from non-version=3 ${nameOf(parent)}`
  const crowded = `${nameOf(parent)} would exceed descendant count limit`
  for (const other of transactions) {
    if (other === tx) continue
    if (spends(other, parent)) return crowded
    if (spends(other, tx)) return `${nameOf(other)} would have too many ancestors`
  }
  return first !== undefined && graph.descendants([first]).size > 1 ? crowded : undefined
}
