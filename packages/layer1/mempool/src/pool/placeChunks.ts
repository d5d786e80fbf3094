import { compareFeeRate, type FeeAndSize } from '../policy/feeRate.ts'
import type { LinearNode } from './linearize.ts'

/** Best feerate first, of those the smaller, of those by `tie`. */
const compareReady = (a: FeeAndSize, b: FeeAndSize, tie: number): number =>
  compareFeeRate(b, a) || a.size - b.size || tie

interface Ready extends FeeAndSize {
  readonly at: number
  readonly tie: number
  waitsFor: number
}

/** Of those that wait for nothing, always the best next. `needs` are positions in the list. */
function place(
  items: readonly FeeAndSize[],
  tie: (at: number) => number,
  needs: readonly ReadonlySet<number>[],
): number[] {
  const waiting: Ready[] = items.map(({ fee, size }, at) => ({
    fee,
    size,
    at,
    tie: tie(at),
    waitsFor: needs[at]!.size,
  }))
  const ready = waiting.filter(({ waitsFor }) => waitsFor === 0)
  const placed: number[] = []
  while (ready.length > 0) {
    const best = ready.reduce((least, item) => (compareReady(item, least, item.tie - least.tie) < 0 ? item : least))
    ready.splice(ready.indexOf(best), 1)
    placed.push(best.at)
    for (const item of waiting) if (needs[item.at]!.has(best.at) && --item.waitsFor === 0) ready.push(item)
  }
  return placed
}

/**
 * The one order that everybody gives the same chunks: chunks that need no other first, the best-paying of them in
 * front, then the smaller, then the one whose last member comes earlier in the list; inside of each the same rule for
 * its members.
 */
export function placeChunks(nodes: readonly LinearNode[], chunks: readonly (readonly number[])[]): number[] {
  const chunkOf = new Map(chunks.flatMap((members, at) => members.map((member) => [member, at])))
  const needs = chunks.map((members, at) => {
    const needed = members.flatMap((member) => nodes[member]!.parents.flatMap((parent) => chunkOf.get(parent) ?? []))
    return new Set(needed.filter((other) => other !== at))
  })
  const sums = chunks.map((members) => ({
    fee: members.reduce((sum, member) => sum + nodes[member]!.fee, 0n),
    size: members.reduce((sum, member) => sum + nodes[member]!.size, 0),
  }))
  return place(sums, (at) => Math.max(...chunks[at]!), needs).flatMap((at) => placeMembers(nodes, chunks[at]!))
}

function placeMembers(nodes: readonly LinearNode[], members: readonly number[]): number[] {
  const position = new Map(members.map((member, at) => [member, at]))
  const needs = members.map((member) => new Set(nodes[member]!.parents.flatMap((parent) => position.get(parent) ?? [])))
  const items = members.map((member) => nodes[member]!)
  return place(items, (at) => members[at]!, needs).map((at) => members[at]!)
}
