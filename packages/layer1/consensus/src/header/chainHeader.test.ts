import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MAIN } from '@ply/primitives'
import { LinkedHeader } from './chainHeader.ts'
import { computeMedianTimePast } from './medianTimePast.ts'

const LENGTH = 3000
const links: LinkedHeader[] = []
for (let nonce = 0; nonce < LENGTH; nonce++) {
  links.push(new LinkedHeader({ ...MAIN.genesis.header, nonce, time: (nonce * 7919) % 1000 }, links.at(-1)))
}

test('any ancestor is found', () => {
  fc.assert(
    fc.property(fc.nat(LENGTH - 1), fc.integer({ min: -2, max: LENGTH + 2 }), (from, height) => {
      expect(links[from]!.ancestor(height)).toBe(height > from ? undefined : links[height])
    }),
    { seed: 1, numRuns: 2000 },
  )
})

test('the median time past is the middle of the last eleven, or of as many as there are', () => {
  for (const at of [0, 1, 2, 5, 10, 11, 500]) {
    const times = links.slice(Math.max(0, at - 10), at + 1).map((link) => link.time)
    times.sort((a, b) => a - b)
    expect(computeMedianTimePast(links[at]!)).toBe(times[Math.floor(times.length / 2)])
  }
})
