import { expect, test } from 'vitest'
import { computeDifficulty } from './difficulty.ts'

test.each([
  ['the easiest of mainnet', 0x1d00ffff, 1],
  ['block 200,000 of mainnet', 0x1a05db8b, 2864140.507810974],
  ['regtest', 0x207fffff, 4.656542373906925e-10],
])('%s', (_, bits, difficulty) => {
  expect(computeDifficulty(bits)).toBeCloseTo(difficulty, 8)
})
