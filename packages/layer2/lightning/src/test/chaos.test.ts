import { describe, expect, it } from 'vitest'
import { runChaos } from './chaos.ts'

describe('blocks, deaths and forced closes under payments', () => {
  it.each([1])('cost nobody more than fees (seed %i)', (seed) => {
    expect(runChaos(seed, 90).sent).toBeGreaterThan(3)
  })
})
