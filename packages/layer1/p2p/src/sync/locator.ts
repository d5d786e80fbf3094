import { equalBytes } from '@ply/bytes'
import type { BlockHash } from '@ply/primitives'
import type { ChainView, HeaderEntry } from '../views.ts'

/** Hashes from `entry` down to the genesis block: the last dozen one by one, then in doubling steps. */
export function computeLocator(chain: ChainView, entry: HeaderEntry): BlockHash[] {
  const locator: BlockHash[] = []
  let step = 1
  let current: HeaderEntry | undefined = entry
  while (current) {
    locator.push(current.hash)
    if (current.height === 0) break
    current = chain.ancestor(current, Math.max(0, current.height - step))
    if (locator.length > 10) step *= 2
  }
  return locator
}

export function isActive(chain: ChainView, entry: HeaderEntry): boolean {
  const active = chain.activeAt(entry.height)
  return active !== undefined && equalBytes(active.hash, entry.hash)
}

/** The newest block of the locator that is on our active chain; the genesis block if there is none. */
export function findLocatorFork(chain: ChainView, locator: readonly BlockHash[]): HeaderEntry {
  const tip = chain.tip()
  for (const hash of locator) {
    const entry = chain.header(hash)
    if (!entry) continue
    if (isActive(chain, entry)) return entry
    // Ahead of us on our own chain: there is nothing to tell beyond the tip.
    if (isAncestor(chain, tip, entry)) return tip
  }
  return chain.activeAt(0) ?? tip
}

/** True if `entry` is `of` or before it. */
export function isAncestor(chain: ChainView, entry: HeaderEntry, of: HeaderEntry): boolean {
  const found = chain.ancestor(of, entry.height)
  return found !== undefined && equalBytes(found.hash, entry.hash)
}

/** The last block that both chains share. */
export function lastCommonAncestor(chain: ChainView, a: HeaderEntry, b: HeaderEntry): HeaderEntry {
  const [lower, higher] = a.height <= b.height ? [a, b] : [b, a]
  if (isAncestor(chain, lower, higher)) return lower
  // Binary search over the height: below the fork all blocks agree, above it none.
  let low = 0
  let high = Math.min(a.height, b.height)
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    const left = chain.ancestor(a, middle)
    const right = chain.ancestor(b, middle)
    if (left && right && equalBytes(left.hash, right.hash)) low = middle
    else high = middle - 1
  }
  return chain.ancestor(a, low) ?? a
}

/** Heights looked up together when walking up a chain. */
const RUN = 32

/** The ancestors of `best` in the range of heights, lowest first. Read in runs: one look-up by height for each. */
export function* ascend(
  chain: ChainView,
  best: HeaderEntry,
  range: { readonly from: number; readonly to: number },
): Iterable<HeaderEntry> {
  const to = Math.min(range.to, best.height)
  for (let low = range.from; low <= to; low += RUN) {
    const run: HeaderEntry[] = []
    let entry = chain.ancestor(best, Math.min(to, low + RUN - 1))
    while (entry && entry.height >= low) {
      run.push(entry)
      entry = chain.header(entry.header.previousBlockHash)
    }
    yield* run.reverse()
  }
}
