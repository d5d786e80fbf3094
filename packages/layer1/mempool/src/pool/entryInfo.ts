import type { MempoolEntry } from './entry.ts'
import type { MempoolGraph } from './graph.ts'

/** Number, virtual size and fees of a set of entries. */
export interface EntryTotals {
  readonly count: number
  readonly vsize: number
  /** With the operator's corrections. */
  readonly fees: bigint
}

/** An entry and its surroundings: what `getmempoolentry` prints. */
export interface EntryInfo {
  readonly entry: MempoolEntry
  /** Both with the entry itself. */
  readonly ancestors: EntryTotals
  readonly descendants: EntryTotals
  readonly depends: readonly MempoolEntry[]
  readonly spentBy: readonly MempoolEntry[]
  /** What it is mined with: fee and adjusted weight. */
  readonly chunk: { readonly fee: bigint; readonly weight: number }
}

function computeTotals(entries: Iterable<MempoolEntry>): EntryTotals {
  let [count, vsize, fees] = [0, 0, 0n]
  for (const entry of entries) {
    count += 1
    vsize += entry.vsize
    fees += entry.modifiedFee
  }
  return { count, vsize, fees }
}

export function computeEntryInfo(graph: MempoolGraph, entry: MempoolEntry): EntryInfo {
  const chunk = entry.cluster?.chunks.find((candidate) => candidate.entries.includes(entry))
  return {
    entry,
    ancestors: computeTotals(graph.ancestors([entry])),
    descendants: computeTotals(graph.descendants([entry])),
    depends: [...entry.parents],
    spentBy: [...entry.children],
    chunk: { fee: chunk?.fee ?? entry.modifiedFee, weight: chunk?.size ?? entry.adjustedWeight },
  }
}
