import { type Addition, withLinks } from '../pool/addition.ts'
import { connectedGroups } from '../pool/cluster.ts'
import type { MempoolEntry } from '../pool/entry.ts'
import type { PoolState } from './poolState.ts'

/** True if every cluster that the additions would end up in is within the limits. */
export function areClustersWithinLimits(
  { options }: PoolState,
  additions: readonly Addition[],
  removed: readonly MempoolEntry[],
): boolean {
  const gone = new Set(removed)
  const around = new Set(additions.flatMap(({ parents }) => parents.flatMap(({ cluster }) => cluster ?? [])))
  const kept = [...around].flatMap((cluster) => [...cluster.entries].filter((other) => !gone.has(other)))
  const added = new Set(additions.map(({ entry }) => entry))
  const groups = withLinks(additions, () => connectedGroups([...kept, ...added]))
  return groups.every((group) => {
    if (!group.some((entry) => added.has(entry))) return true
    const weight = group.reduce((sum, entry) => sum + entry.adjustedWeight, 0)
    return group.length <= options.maxClusterCount && weight <= options.maxClusterWeight
  })
}
