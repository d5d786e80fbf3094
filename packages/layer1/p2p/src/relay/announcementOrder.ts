import { bytesToHex, hexToBytes } from '@ply/bytes'
import { computeTxid } from '@ply/primitives'
import type { MempoolEntryView, MempoolView } from '../views.ts'
import { parentTxids } from './orphanage.ts'

interface Waiting {
  /** Wtxid in hex. */
  readonly key: string
  readonly entry: MempoolEntryView
}

/** Transactions in the order in which they are announced, and those that are not in the pool any more. */
export interface AnnouncementOrder {
  readonly entries: readonly Waiting[]
  readonly gone: readonly string[]
}

/** Puts transactions (by wtxid in hex) in order: highest feerate first, but parents before their children. */
export function orderAnnouncements(mempool: MempoolView, keys: Iterable<string>): AnnouncementOrder {
  const waiting: Waiting[] = []
  const gone: string[] = []
  for (const key of keys) {
    const entry = mempool.byWtxid(hexToBytes(key))
    if (entry) waiting.push({ key, entry })
    else gone.push(key)
  }
  return { entries: parentsFirst(waiting), gone }
}

/** Highest feerate first, but never a child before its parents: it would be an orphan on the other side. */
function parentsFirst(waiting: readonly Waiting[]): Waiting[] {
  const byTxid = new Map(waiting.map((item) => [bytesToHex(computeTxid(item.entry.tx)), item]))
  const placed = new Set<Waiting>()
  const ordered: Waiting[] = []
  const byFeeRate = [...waiting].sort((a, b) => Number(b.entry.feeRate - a.entry.feeRate))
  for (const root of byFeeRate) {
    // Depth first without recursion: a chain may be long.
    const stack = [root]
    while (stack.length > 0) {
      const item = stack.at(-1)!
      const parents = placed.has(item)
        ? []
        : parentTxids(item.entry.tx)
            .map((txid) => byTxid.get(bytesToHex(txid)))
            .filter((parent) => parent !== undefined && !placed.has(parent))
      if (parents.length > 0) {
        stack.push(...(parents as Waiting[]))
        continue
      }
      stack.pop()
      if (!placed.has(item)) {
        placed.add(item)
        ordered.push(item)
      }
    }
  }
  return ordered
}
