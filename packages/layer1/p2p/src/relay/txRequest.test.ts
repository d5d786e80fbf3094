import { describe, expect, it } from 'vitest'
import { TxRequestTracker } from './txRequest.ts'

const item = (n: number) => ({ type: 5, hash: Uint8Array.of(n & 255, n >> 8) })
const at = (requestAt: number, preferred = false) => ({ preferred, requestAt, now: 0 })
const createTracker = () => new TxRequestTracker(new Uint8Array(16).fill(7))

describe('TxRequestTracker', () => {
  it('asks one peer at a time, the preferred one first, and the next after the timeout', () => {
    const tracker = createTracker()
    tracker.announced(1, item(1), at(0))
    tracker.announced(2, item(1), at(0, true))
    expect(tracker.takeRequestable(1, 0, 60_000)).toEqual([])
    expect(tracker.takeRequestable(2, 0, 60_000)).toEqual([item(1)])
    expect(tracker.takeRequestable(1, 59_999, 200_000)).toEqual([])
    expect(tracker.takeRequestable(1, 60_000, 200_000)).toEqual([item(1)])
    expect(tracker.countInFlight(1)).toBe(1)
    expect(tracker.countInFlight(2)).toBe(0)
  })

  it('waits for the delay', () => {
    const tracker = createTracker()
    tracker.announced(1, item(1), at(2000))
    expect(tracker.takeRequestable(1, 1999, 9999)).toEqual([])
    expect(tracker.takeRequestable(1, 2000, 9999)).toEqual([item(1)])
  })

  it('turns to another peer on notfound and when one leaves, and forgets when all have answered', () => {
    const tracker = createTracker()
    for (const peer of [1, 2, 3]) tracker.announced(peer, item(1), at(0, peer === 1))
    expect(tracker.takeRequestable(1, 0, 60_000)).toHaveLength(1)
    tracker.responded(1, item(1).hash)
    const asked = [2, 3].find((peer) => tracker.takeRequestable(peer, 1, 60_000).length === 1)!
    tracker.disconnected(asked)
    const last = asked === 2 ? 3 : 2
    expect(tracker.takeRequestable(last, 2, 60_000)).toHaveLength(1)
    tracker.responded(last, item(1).hash)
    expect(tracker.size).toBe(0)
  })

  it('lets no peer make sure to be asked: among equals it is a different one each time', () => {
    const tracker = createTracker()
    const items = Array.from({ length: 200 }, (_, n) => item(n))
    for (const one of items) for (const peer of [1, 2]) tracker.announced(peer, one, at(0))
    const asked = tracker.takeRequestable(1, 0, 60_000).length
    expect(asked).toBeGreaterThan(50)
    expect(asked).toBeLessThan(150)
    expect(tracker.takeRequestable(2, 0, 60_000)).toHaveLength(200 - asked)
  })

  it('does not go through everything again for each look at a peer', () => {
    const tracker = createTracker()
    const peers = Array.from({ length: 50 }, (_, peer) => peer)
    const items = Array.from({ length: 1000 }, (_, n) => item(n))
    for (const peer of peers) for (const one of items) tracker.announced(peer, one, at(2000))
    const asked = peers.flatMap((peer) => tracker.takeRequestable(peer, 2000, 62_000))
    expect(asked).toHaveLength(items.length)
    // Were it otherwise, this would take minutes.
    for (let now = 2000; now < 12_000; now++) expect(tracker.takeRequestable(now % 50, now, 62_000)).toEqual([])
  })
})
