import { err, ok, type Result } from '@ply/bytes'
import { formatBtc } from '@ply/primitives'
import type { Addition } from '../pool/addition.ts'
import type { MempoolEntry } from '../pool/entry.ts'
import type { MempoolGraph } from '../pool/graph.ts'
import { compareFeeRate, computeFeeRate } from './feeRate.ts'
import type { MempoolOptions } from './options.ts'
import { findFeeShortfall, findTooManyClusters, improvesDiagram } from './replacement.ts'

/** Parent and child that together push out what conflicts with them. */
export interface PackageReplacement {
  readonly parent: MempoolEntry
  readonly child: MempoolEntry
  readonly additions: readonly Addition[]
  readonly conflicts: readonly MempoolEntry[]
}

const formatRate = (fee: bigint, vsize: number): string => `${formatBtc(computeFeeRate(fee, vsize))} BTC/kvB`

/** What the package would push out, if it pays for it. Errors in Bitcoin Core's words. */
export function checkPackageReplacementFees(
  graph: MempoolGraph,
  { parent, child, conflicts }: PackageReplacement,
  options: MempoolOptions,
): Result<readonly MempoolEntry[], string> {
  const tooMany = findTooManyClusters(child, conflicts)
  if (tooMany !== undefined) return err(`package RBF failed: too many potential replacements, ${tooMany}`)
  const removed = [...graph.descendants(conflicts)]
  const fee = parent.modifiedFee + child.modifiedFee
  const vsize = parent.vsize + child.vsize
  const shortfall = findFeeShortfall(child, { fee, vsize }, removed, options)
  if (shortfall !== undefined) return err(`package RBF failed: insufficient anti-DoS fees, ${shortfall}`)
  if (compareFeeRate({ fee, size: vsize }, { fee: parent.modifiedFee, size: parent.vsize }) <= 0) {
    const own = formatRate(parent.modifiedFee, parent.vsize)
    const rates = `package feerate ${formatRate(fee, vsize)} <= parent feerate is ${own}`
    return err(`package RBF failed: package feerate is less than or equal to parent feerate, ${rates}`)
  }
  return ok(removed)
}

export function checkPackageImprovesDiagram(
  { additions, conflicts }: PackageReplacement,
  removed: readonly MempoolEntry[],
): Result<undefined, string> {
  return improvesDiagram(additions, conflicts, removed)
    ? ok(undefined)
    : err('package RBF failed: insufficient feerate: does not improve feerate diagram')
}
