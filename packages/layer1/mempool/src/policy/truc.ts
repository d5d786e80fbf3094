import { hashToDisplay } from '@ply/primitives'
import type { MempoolEntry } from '../pool/entry.ts'
import type { MempoolGraph } from '../pool/graph.ts'
import { TRUC_CHILD_MAX_VSIZE, TRUC_MAX_VSIZE, TRUC_VERSION } from './limits.ts'

/** The broken rule in Bitcoin Core's words, and the child whose eviction would mend it, where there is one. */
export interface TrucFailure {
  readonly message: string
  readonly sibling?: MempoolEntry
}

const nameOf = (entry: MempoolEntry): string => `tx ${hashToDisplay(entry.txid)} (wtxid=${hashToDisplay(entry.wtxid)})`

/**
 * BIP 431: version 3 and other transactions do not spend each other unconfirmed; one of version 3 has at most one
 * unconfirmed parent and one child, and is small. `parents` are those in the pool.
 */
export function checkTruc(
  graph: MempoolGraph,
  entry: MempoolEntry,
  parents: readonly MempoolEntry[],
  conflicts: ReadonlySet<MempoolEntry>,
): TrucFailure | undefined {
  const isTruc = entry.tx.version === TRUC_VERSION
  for (const parent of parents) {
    if ((parent.tx.version === TRUC_VERSION) === isTruc) continue
    const [own, other] = isTruc ? ['version=3', 'non-version=3'] : ['non-version=3', 'version=3']
    return { message: `${own} ${nameOf(entry)} cannot spend from ${other} ${nameOf(parent)}` }
  }
  if (!isTruc) return undefined
  if (entry.vsize > TRUC_MAX_VSIZE) {
    return { message: `version=3 ${nameOf(entry)} is too big: ${entry.vsize} > ${TRUC_MAX_VSIZE} virtual bytes` }
  }
  const [parent, second] = parents
  if (!parent) return undefined
  if (second || parent.parents.size > 0) return { message: `${nameOf(entry)} would have too many ancestors` }
  if (entry.vsize > TRUC_CHILD_MAX_VSIZE) {
    const size = `${entry.vsize} > ${TRUC_CHILD_MAX_VSIZE} virtual bytes`
    return { message: `version=3 child ${nameOf(entry)} is too big: ${size}` }
  }
  const others = [...graph.descendants([parent])].filter((other) => other !== parent)
  if (others.length === 0 || others.some((other) => conflicts.has(other))) return undefined
  const message = `${nameOf(parent)} would exceed descendant count limit`
  const [sibling] = others
  // Only a lone sibling: more of them, or one with a child of its own, can only come from a reorg.
  return others.length === 1 && sibling?.parents.size === 1 ? { message, sibling } : { message }
}
