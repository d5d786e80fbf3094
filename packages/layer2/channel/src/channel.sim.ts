import { describe, it } from 'vitest'
import { simulate } from './test/simulate.ts'

const seeds = Array.from({ length: 40 }, (_, i) => 1000 + i)

describe('two channels under long random schedules', () => {
  it.each(seeds)('seed %i', (seed) => {
    simulate(seed, 600, seed % 3 === 0 ? 'static_remotekey' : 'anchors')
  })
})
