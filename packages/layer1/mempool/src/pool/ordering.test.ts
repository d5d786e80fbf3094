import { createRandom, type Random } from '@ply/testkit'
import { describe, expect, it } from 'vitest'
import { compareFeeRate, type FeeAndSize } from '../policy/feeRate.ts'
import { compareDiagrams } from './diagram.ts'
import { computeChunks, type LinearNode } from './linearize.ts'

const node = (fee: number, size: number, ...parents: number[]): LinearNode => ({ fee: BigInt(fee), size, parents })

/** Chunks of falling feerate that an order falls into. */
function chunksOf(nodes: readonly LinearNode[], order: readonly number[]): FeeAndSize[] {
  const chunks: FeeAndSize[] = []
  for (const index of order) {
    let chunk: FeeAndSize = nodes[index]!
    for (let before = chunks.at(-1); before && compareFeeRate(chunk, before) > 0; before = chunks.at(-1)) {
      chunks.pop()
      chunk = { fee: before.fee + chunk.fee, size: before.size + chunk.size }
    }
    chunks.push({ fee: chunk.fee, size: chunk.size })
  }
  return chunks
}

/** Every order that puts parents first. */
function* orders(nodes: readonly LinearNode[], placed: readonly number[] = []): Generator<readonly number[]> {
  if (placed.length === nodes.length) yield placed
  for (const [i, { parents }] of nodes.entries()) {
    if (!placed.includes(i) && parents.every((parent) => placed.includes(parent))) yield* orders(nodes, [...placed, i])
  }
}

function randomNodes(random: Random, count: number, fees: number): LinearNode[] {
  return Array.from({ length: count }, (_, i) =>
    node(
      random.below(fees),
      random.chance(0.5) ? 100 : 1 + random.below(500),
      ...Array.from({ length: i === 0 ? 0 : random.below(3) }, () => random.below(i)),
    ),
  )
}

describe('computeChunks', () => {
  const members = (nodes: readonly LinearNode[]) => computeChunks(nodes).map((chunk) => chunk.members)

  it('puts a parent that a child pays for before what pays less', () => {
    expect(members([node(1, 100), node(50, 100), node(200, 100, 0)])).toEqual([[0, 2], [1]])
  })

  it('lets several children pay for a parent that none of them would pay for alone', () => {
    expect(members([node(0, 300), node(120, 100, 0), node(120, 100, 0), node(50, 100)])).toEqual([[3], [0, 1, 2]])
    expect(members([node(0, 200), node(140, 100, 0), node(140, 100, 0), node(60, 100)])).toEqual([[0, 1, 2], [3]])
  })

  it('keeps apart what pays the same', () => {
    expect(members([node(10, 100), node(10, 100, 0), node(20, 200)])).toEqual([[0], [1], [2]])
    expect(members([node(0, 100), node(20, 100, 0), node(10, 100, 1)])).toEqual([[0, 1], [2]])
  })

  it('takes the smaller of chunks that pay the same, then the earlier one', () => {
    expect(members([node(20, 200), node(10, 100), node(10, 100)])).toEqual([[1], [2], [0]])
  })

  it('puts the best-paying members of a chunk in front, as far as parents allow', () => {
    // Two parents that one child pays for.
    expect(members([node(0, 100), node(10, 100), node(500, 100, 0, 1)])).toEqual([[1, 0, 2]])
    // Of two children that pay for a parent together, the smaller.
    expect(members([node(0, 400), node(40, 40, 0), node(20, 20, 0)])).toEqual([[0, 2, 1]])
  })

  it('is as good as any order, for random clusters', () => {
    const random = createRandom(4)
    for (let run = 0; run < 150; run++) {
      const nodes = randomNodes(random, 1 + random.below(6), random.pick([4, 1000]))
      const best = computeChunks(nodes)
      for (const order of orders(nodes)) {
        expect(['better', 'equal']).toContain(compareDiagrams(best, chunksOf(nodes, order)))
      }
    }
  })

  it('keeps parents first and chunks falling, for large clusters', () => {
    const random = createRandom(5)
    for (let run = 0; run < 40; run++) {
      const nodes = randomNodes(random, 64, random.pick([5, 100_000]))
      const chunks = computeChunks(nodes)
      const order = chunks.flatMap((chunk) => chunk.members)
      expect([...order].sort((a, b) => a - b)).toEqual(nodes.map((_, i) => i))
      for (let i = 1; i < chunks.length; i++)
        expect(compareFeeRate(chunks[i - 1]!, chunks[i]!)).toBeGreaterThanOrEqual(0)
      const position = new Map(order.map((index, at) => [index, at]))
      for (const [i, { parents }] of nodes.entries()) {
        for (const parent of parents) expect(position.get(parent)!).toBeLessThan(position.get(i)!)
      }
    }
  })
})

describe('compareDiagrams', () => {
  const points = (...pairs: [number, number][]) => pairs.map(([fee, size]) => ({ fee: BigInt(fee), size }))
  it.each([
    [points([10, 10]), points([9, 10]), 'better'],
    [points([10, 10]), points([10, 5]), 'worse'],
    [points([10, 10]), points([5, 5], [5, 5]), 'equal'],
    [points([10, 10]), points([6, 3], [1, 10]), 'incomparable'],
    [points([10, 10], [1, 100]), points([10, 10]), 'better'],
    [points(), points(), 'equal'],
  ] as const)('case %#', (a, b, verdict) => {
    expect(compareDiagrams(a, b)).toBe(verdict)
  })
})
