import { describe, it } from 'vitest'
import { simulate } from './test/simulate.ts'
import { type Ending, simulateEnding } from './test/simulateEnding.ts'

// channel.sim.ts and onchain/ending.sim.ts run the same for longer and with more seeds.

describe('two channels under random schedules', () => {
  it.each([1, 2, 3])('seed %i: every msat is where it belongs', (seed) => {
    simulate(seed, 160, seed % 2 === 0 ? 'static_remotekey' : 'anchors')
  })

  it.each<[number, Ending]>([
    [514, 'both-race'],
    [548, 'a-commitment'],
    [503, 'revoked'],
  ])('seed %i, broken off: %s', (seed, ending) => {
    simulateEnding(seed, ending, 'anchors')
  })
})
