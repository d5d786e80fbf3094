import type { MempoolEntry } from './entry.ts'

/** An entry that is to join the pool. */
export interface Addition {
  readonly entry: MempoolEntry
  /** What it spends: entries of the pool, and others that are to join with it. */
  readonly parents: readonly MempoolEntry[]
}

/** Runs `look` with the additions linked to their parents, as if they were in the pool, and undoes that. */
export function withLinks<T>(additions: readonly Addition[], look: () => T): T {
  for (const { entry, parents } of additions) {
    for (const parent of parents) {
      entry.parents.add(parent)
      parent.children.add(entry)
    }
  }
  const seen = look()
  for (const { entry, parents } of additions) {
    for (const parent of parents) {
      entry.parents.delete(parent)
      parent.children.delete(entry)
    }
  }
  return seen
}
