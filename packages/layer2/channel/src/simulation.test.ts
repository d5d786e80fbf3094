import { describe, it } from 'vitest'
import { simulate } from './test/simulate.ts'

describe('two channels under random schedules', () => {
  it.each([1, 2, 3, 4])('seed %i: every msat is where it belongs', (seed) => {
    simulate(seed, 250, seed % 2 === 0 ? 'static_remotekey' : 'anchors')
  })
})
