import { compareFeeRate } from '../policy/feeRate.ts'
import { computeChunks, type LinearNode } from './linearize.ts'
import type { MempoolEntry } from './entry.ts'

/** A run of a cluster that is mined or evicted as one. */
export interface EntryChunk {
  readonly fee: bigint
  /** Adjusted weight. */
  readonly size: number
  /** Adjusted weight of the chunks of its cluster that pay the very same, up to and with this one. */
  readonly equalSize: number
  /** Txid in hex (internal byte order) of the last of its entries by that order. */
  readonly lastKey: string
  /** Parents first. */
  readonly entries: readonly MempoolEntry[]
}

/** Entries that depend on each other, directly or around corners. Its order is worked out when asked for. */
export class Cluster {
  readonly entries = new Set<MempoolEntry>()
  #chunks: readonly EntryChunk[] | undefined

  get weight(): number {
    let weight = 0
    for (const entry of this.entries) weight += entry.adjustedWeight
    return weight
  }

  /** Something about its entries changed. */
  touch(): void {
    this.#chunks = undefined
  }

  /** Best-paying first. */
  get chunks(): readonly EntryChunk[] {
    this.#chunks ??= orderEntries([...this.entries])
    return this.#chunks
  }
}

/** Chunks of entries that are closed under neither parents nor children: links that lead outside are ignored. */
export function orderEntries(entries: readonly MempoolEntry[]): EntryChunk[] {
  const sorted = [...entries].sort((a, b) => compareKeys(a.key, b.key))
  const indexOf = new Map(sorted.map((entry, i) => [entry, i]))
  const nodes: LinearNode[] = sorted.map((entry) => ({
    fee: entry.modifiedFee,
    size: entry.adjustedWeight,
    parents: [...entry.parents].flatMap((parent) => indexOf.get(parent) ?? []),
  }))
  const chunks: EntryChunk[] = []
  for (const { fee, size, members } of computeChunks(nodes)) {
    const before = chunks.at(-1)
    const pays = { fee, size }
    const equalSize = before && compareFeeRate(pays, before) === 0 ? before.equalSize + size : size
    chunks.push({
      ...pays,
      equalSize,
      lastKey: sorted[Math.max(...members)]!.key,
      entries: members.map((i) => sorted[i]!),
    })
  }
  return chunks
}

const compareKeys = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/**
 * Negative for the chunk to be mined first: the better feerate; of those, the one with less of the same feerate before
 * it in its cluster; of those, by txid.
 */
export function compareChunks(a: EntryChunk, b: EntryChunk): number {
  return compareFeeRate(b, a) || a.equalSize - b.equalSize || compareKeys(a.lastKey, b.lastKey)
}

/** Splits entries into groups that are connected by parent and child links inside the list. */
export function connectedGroups(entries: Iterable<MempoolEntry>): MempoolEntry[][] {
  const left = new Set(entries)
  const groups: MempoolEntry[][] = []
  for (const start of left) {
    const group: MempoolEntry[] = []
    const stack = [start]
    left.delete(start)
    for (let entry = stack.pop(); entry; entry = stack.pop()) {
      group.push(entry)
      for (const next of [...entry.parents, ...entry.children]) if (left.delete(next)) stack.push(next)
    }
    groups.push(group)
  }
  return groups
}
