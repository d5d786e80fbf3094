import { describe, it } from 'vitest'
import { type Ending, simulateEnding } from '../test/simulateEnding.ts'

const endings: Ending[] = ['a-commitment', 'b-commitment', 'both-race', 'revoked']
const cases = Array.from({ length: 60 }, (_, i) => ({ seed: 500 + i, ending: endings[i % 4]! }))

describe('channels broken off at random', () => {
  it.each(cases)('seed $seed: $ending', ({ seed, ending }) => {
    simulateEnding(seed, ending, seed % 3 === 0 ? 'static_remotekey' : 'anchors')
  })
})
