import { createRandom } from '@ply/testkit'
import { describe, expect, it } from 'vitest'
import { compareFeeRate } from '../policy/feeRate.ts'
import { compareDiagrams } from './diagram.ts'
import { computeChunks, linearize, type LinearNode } from './linearize.ts'

const node = (fee: number, size: number, ...parents: number[]): LinearNode => ({ fee: BigInt(fee), size, parents })

describe('linearize', () => {
  it('puts a parent that a child pays for before what pays less', () => {
    const nodes = [node(1, 100), node(50, 100), node(200, 100, 0)]
    expect(linearize(nodes)).toEqual([0, 2, 1])
    expect(computeChunks(nodes, linearize(nodes)).map((chunk) => chunk.members)).toEqual([[0, 2], [1]])
  })

  it('keeps parents first and chunks falling, for random clusters', () => {
    const random = createRandom(4)
    for (let run = 0; run < 200; run++) {
      const nodes = Array.from({ length: 1 + random.below(20) }, (_, i) =>
        node(
          random.below(1000),
          1 + random.below(500),
          ...Array.from({ length: i === 0 ? 0 : random.below(3) }, () => random.below(i)),
        ),
      )
      const order = linearize(nodes)
      expect([...order].sort((a, b) => a - b)).toEqual(nodes.map((_, i) => i))
      const chunks = computeChunks(nodes, order)
      for (let i = 1; i < chunks.length; i++)
        expect(compareFeeRate(chunks[i - 1]!, chunks[i]!)).toBeGreaterThanOrEqual(0)
      expect(chunks.flatMap((chunk) => chunk.members)).toEqual(order)
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
