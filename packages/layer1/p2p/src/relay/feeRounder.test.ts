import { MAX_MONEY } from '@ply/primitives'
import { expect, test } from 'vitest'
import { FeeRounder } from './feeRounder.ts'

test('feerates are rounded to steps of a tenth, down or up by chance', () => {
  const [up, down] = [new FeeRounder(100n, () => 0), new FeeRounder(100n, () => 0.5)]
  expect([up.round(0n), down.round(0n)]).toEqual([0n, 0n])
  expect([up.round(1n), down.round(1n)]).toEqual([50n, 0n])
  expect([up.round(50n), down.round(50n)]).toEqual([50n, 0n])
  expect([up.round(100n), down.round(100n)]).toEqual([107n, 97n])
  expect(up.round(1000n)).toBeGreaterThanOrEqual(1000n)
  expect(down.round(1000n)).toBeLessThan(1000n)
})

test('the highest step stands for everything above', () => {
  for (const random of [0, 0.5]) {
    const rounder = new FeeRounder(100n, () => random)
    expect(rounder.round(MAX_MONEY)).toBe(rounder.round(20_000_000n))
    expect(rounder.round(MAX_MONEY)).toBe(9936506n)
  }
})
