import { compareFeeRate, type FeeAndSize } from '../policy/feeRate.ts'

/** A transaction as the ordering sees it. `parents` are indices into the same list. */
export interface LinearNode extends FeeAndSize {
  readonly parents: readonly number[]
}

/** A run of the order that is taken or left as one; `members` are indices, parents first. */
export interface Chunk extends FeeAndSize {
  readonly members: readonly number[]
}

/**
 * An order in which to mine transactions that depend on each other: again and again the set of one transaction and its
 * unplaced ancestors that pays best. Quadratic in a cluster, which is small; ties go to the lower index.
 */
export function linearize(nodes: readonly LinearNode[]): number[] {
  const order: number[] = []
  const placed = nodes.map(() => false)
  while (order.length < nodes.length) {
    let best: (FeeAndSize & { readonly members: readonly number[] }) | undefined
    for (let i = 0; i < nodes.length; i++) {
      if (placed[i]) continue
      const members = unplacedAncestors(nodes, placed, i)
      const fee = members.reduce((sum, member) => sum + nodes[member]!.fee, 0n)
      const size = members.reduce((sum, member) => sum + nodes[member]!.size, 0)
      if (!best || compareFeeRate({ fee, size }, best) > 0) best = { fee, size, members }
    }
    for (const member of best?.members ?? []) {
      placed[member] = true
      order.push(member)
    }
  }
  return order
}

/** The transaction and those of its ancestors that are not placed, each behind its parents. */
function unplacedAncestors(nodes: readonly LinearNode[], placed: readonly boolean[], start: number): number[] {
  const members: number[] = []
  const seen = new Set<number>([start])
  const stack: { readonly node: number; next: number }[] = [{ node: start, next: 0 }]
  while (stack.length > 0) {
    const top = stack.at(-1)!
    const parent = nodes[top.node]!.parents[top.next++]
    if (parent === undefined) {
      members.push(top.node)
      stack.pop()
    } else if (!placed[parent] && !seen.has(parent)) {
      seen.add(parent)
      stack.push({ node: parent, next: 0 })
    }
  }
  return members
}

/** Cuts an order into chunks of falling feerate: what pays better than what stands before it is drawn into it. */
export function computeChunks(nodes: readonly LinearNode[], order: readonly number[]): Chunk[] {
  const chunks: Chunk[] = []
  for (const index of order) {
    let chunk: Chunk = { fee: nodes[index]!.fee, size: nodes[index]!.size, members: [index] }
    for (let before = chunks.at(-1); before && compareFeeRate(chunk, before) > 0; before = chunks.at(-1)) {
      chunks.pop()
      chunk = {
        fee: before.fee + chunk.fee,
        size: before.size + chunk.size,
        members: [...before.members, ...chunk.members],
      }
    }
    chunks.push(chunk)
  }
  return chunks
}
