import { createRandom } from '@ply/testkit'
import { describe, expect, it } from 'vitest'
import { type EvictionCandidate, selectEviction } from './eviction.ts'

const random = createRandom(1)

/** `count` candidates in random order, changed by their number. */
function candidates(count: number, change: (i: number) => Partial<EvictionCandidate>): EvictionCandidate[] {
  const all = Array.from({ length: count }, (_, id) => ({
    id,
    connectedAt: random.below(1000),
    minPingTime: random.below(1000),
    lastBlockAt: random.below(1000),
    lastTxAt: random.below(1000),
    relevantServices: random.chance(0.5),
    relaysTransactions: random.chance(0.5),
    bloomFilter: random.chance(0.5),
    keyedNetGroup: BigInt(random.below(100)),
    preferEvict: random.chance(0.5),
    local: false,
    network: 'other' as const,
    ...change(id),
  }))
  return all
    .map((one) => [random.next(), one] as const)
    .sort(([a], [b]) => a - b)
    .map(([, one]) => one)
}

// As in Bitcoin Core's net_peer_eviction_tests.
describe('nobody is evicted', () => {
  const safe: readonly (readonly [string, number, (i: number) => Partial<EvictionCandidate>])[] = [
    ['of the four highest keyed groups', 4, (i) => ({ keyedNetGroup: BigInt(1000 - i) })],
    ['of the eight nearest', 8, (i) => ({ minPingTime: i < 8 ? i - 100 : 500 })],
    ['of the four that last sent transactions', 4, (i) => ({ lastTxAt: 5000 - i })],
    ['of the four that last sent blocks', 4, (i) => ({ lastBlockAt: 5000 - i })],
    [
      'of eight block-relay-only peers that last sent blocks',
      8,
      (i) => ({ lastBlockAt: 5000 - i, ...(i < 8 && { relaysTransactions: false, relevantServices: true }) }),
    ],
  ]
  it.each(safe)('%s', (_, count, change) => {
    for (let run = 0; run < 100; run++) {
      const evicted = selectEviction(candidates(40 + run, change))
      expect(evicted === undefined || evicted >= count).toBe(true)
    }
  })

  it('while there are no more than 20', () => {
    for (let count = 0; count <= 20; count++) expect(selectEviction(candidates(count, () => ({})))).toBeUndefined()
    expect(selectEviction(candidates(40, () => ({})))).not.toBeUndefined()
  })
})

describe('after the protection of useful peers', () => {
  // Protected by their group, ping, transactions and blocks: the first 28.
  const useful = (i: number): Partial<EvictionCandidate> => ({
    keyedNetGroup: i < 4 ? 1000n : 7n,
    minPingTime: i >= 4 && i < 12 ? -1 : 500,
    lastTxAt: i >= 12 && i < 16 ? 9000 : 1,
    lastBlockAt: i >= 16 && i < 28 ? 9000 : 1,
    relaysTransactions: !(i >= 16 && i < 24),
    relevantServices: true,
    bloomFilter: false,
    preferEvict: false,
  })

  it('half of the rest stay for having been here longest, and the youngest goes', () => {
    expect(selectEviction(candidates(38, (i) => ({ ...useful(i), connectedAt: i })))).toBe(37)
  })

  it('the biggest group loses', () => {
    const evicted = selectEviction(
      candidates(48, (i) => ({ ...useful(i), connectedAt: i, ...(i >= 28 && { keyedNetGroup: i % 3 ? 5n : 6n }) })),
    )
    expect(evicted).toBe(47)
    const other = selectEviction(
      candidates(48, (i) => ({ ...useful(i), connectedAt: i, ...(i >= 28 && { keyedNetGroup: i < 45 ? 5n : 6n }) })),
    )
    expect(other).toBe(44)
  })

  it('whoever was discouraged goes first', () => {
    expect(selectEviction(candidates(48, (i) => ({ ...useful(i), connectedAt: i, preferEvict: i === 40 })))).toBe(40)
  })

  it('slow networks get up to half of the protected places', () => {
    // Of 24 left, 12 stay: 6 at most for their network, the others for their time.
    const change = (i: number): Partial<EvictionCandidate> => ({
      ...useful(i),
      connectedAt: i,
      ...(i >= 48 && { network: 'onion' as const }),
    })
    expect(selectEviction(candidates(52, change))).toBe(47)
    const local = (i: number): Partial<EvictionCandidate> => ({ ...useful(i), connectedAt: i, local: i >= 30 })
    expect(selectEviction(candidates(52, local))).toBe(51)
  })
})
