import { compareFeeRate, type FeeAndSize } from '../policy/feeRate.ts'
import type { Cluster } from './cluster.ts'
import type { MempoolEntry } from './entry.ts'

/** A link that is to be made between two entries of the pool. */
export interface Dependency {
  readonly parent: MempoolEntry
  readonly child: MempoolEntry
}

export interface ClusterLimits {
  readonly maxClusterCount: number
  readonly maxClusterWeight: number
}

/** What is tried in turn: an entry, with what it must wait for and what waits for it. */
interface Candidate {
  readonly entry: MempoolEntry
  /** The chunk that it lies in, in its cluster as it is now. */
  readonly chunk: FeeAndSize
  readonly before: Candidate[]
  readonly behind: Candidate[]
  waitingFor: number
  /** Set once it may stay: the entries that it is linked with, in one set that they all share. */
  partition: Set<Candidate> | undefined
}

/**
 * What must leave the pool so that no cluster grows over the limits when `dependencies` join them: the chunks of all
 * are merged, best feerate first, and what would make a cluster too large is left out with everything behind it.
 */
export function computeTrim(dependencies: readonly Dependency[], limits: ClusterLimits): MempoolEntry[] {
  return groupClusters(dependencies).flatMap((group) => {
    const candidates = createCandidates(group, dependencies)
    const weight = candidates.reduce((sum, { entry }) => sum + entry.adjustedWeight, 0)
    if (candidates.length <= limits.maxClusterCount && weight <= limits.maxClusterWeight) return []
    placeAll(candidates, limits)
    return candidates.filter(({ partition }) => !partition).map(({ entry }) => entry)
  })
}

/** The clusters that will be one. */
function groupClusters(dependencies: readonly Dependency[]): Set<Cluster>[] {
  const groupOf = new Map<Cluster, Set<Cluster>>()
  for (const { parent, child } of dependencies) {
    const [a, b] = [parent.cluster!, child.cluster!].map((cluster) => groupOf.get(cluster) ?? new Set([cluster]))
    const joined = new Set([...a!, ...b!])
    for (const cluster of joined) groupOf.set(cluster, joined)
  }
  return [...new Set(groupOf.values())]
}

function createCandidates(group: ReadonlySet<Cluster>, dependencies: readonly Dependency[]): Candidate[] {
  const candidates = new Map<MempoolEntry, Candidate>()
  const link = (first: Candidate | undefined, second: Candidate | undefined): void => {
    if (!first || !second) return
    first.behind.push(second)
    second.before.push(first)
    second.waitingFor++
  }
  for (const cluster of group) {
    let last: Candidate | undefined
    for (const chunk of cluster.chunks) {
      for (const entry of chunk.entries) {
        const candidate: Candidate = { entry, chunk, before: [], behind: [], waitingFor: 0, partition: undefined }
        candidates.set(entry, candidate)
        // A cluster keeps its order.
        link(last, candidate)
        last = candidate
      }
    }
  }
  for (const { parent, child } of dependencies) link(candidates.get(parent), candidates.get(child))
  return [...candidates.values()]
}

/** Negative if `a` goes first: the better feerate, then the smaller chunk. */
const compareCandidates = (a: Candidate, b: Candidate): number =>
  compareFeeRate(b.chunk, a.chunk) || a.chunk.size - b.chunk.size

function placeAll(candidates: readonly Candidate[], limits: ClusterLimits): void {
  const ready = candidates.filter(({ waitingFor }) => waitingFor === 0)
  while (ready.length > 0) {
    const at = ready.reduce((best, candidate, i) => (compareCandidates(candidate, ready[best]!) < 0 ? i : best), 0)
    const [candidate] = ready.splice(at, 1)
    if (!candidate || !place(candidate, limits)) continue
    for (const next of candidate.behind) if (--next.waitingFor === 0) ready.push(next)
  }
}

/** Joins what it depends on, unless that would be too much. */
function place(candidate: Candidate, { maxClusterCount, maxClusterWeight }: ClusterLimits): boolean {
  const partitions = new Set(candidate.before.flatMap(({ partition }) => partition ?? []))
  const joined = new Set<Candidate>([candidate])
  for (const partition of partitions) for (const member of partition) joined.add(member)
  const weight = [...joined].reduce((sum, { entry }) => sum + entry.adjustedWeight, 0)
  if (joined.size > maxClusterCount || weight > maxClusterWeight) return false
  for (const member of joined) member.partition = joined
  return true
}
