import { describe, expect, it } from 'vitest'
import { runScenario } from './scenario.ts'

describe('payments while connections break and processes die', () => {
  it.each([1, 2])('seed %i', (seed) => {
    const { sent } = runScenario({ seed, rounds: 90 })
    expect(sent).toBeGreaterThan(5)
  })
})
