import { compareChunks, type EntryChunk } from './cluster.ts'
import type { MempoolGraph } from './graph.ts'

/** Transactions to put into a block together, parents first. */
export interface MiningPackage extends EntryChunk {
  /** Packages with the same number may depend on those before them: without one, leave out the later ones too. */
  readonly cluster: number
}

/** Everything in the pool, best feerate first; a child pays for its parents. */
export function computeMiningOrder(graph: MempoolGraph): MiningPackage[] {
  const packages: MiningPackage[] = []
  let cluster = 0
  for (const { chunks } of graph.clusters) {
    for (const chunk of chunks) packages.push({ ...chunk, cluster })
    cluster += 1
  }
  return packages.sort(compareChunks)
}

/** The chunk that is worth least: the first to go when room is short. */
export function findWorstChunk(graph: MempoolGraph): EntryChunk | undefined {
  let worst: EntryChunk | undefined
  for (const { chunks } of graph.clusters) {
    const last = chunks.at(-1)
    if (last && (!worst || compareChunks(last, worst) > 0)) worst = last
  }
  return worst
}
