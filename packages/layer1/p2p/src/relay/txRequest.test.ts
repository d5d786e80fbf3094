import { describe, expect, it } from 'vitest'
import { TxRequestTracker } from './txRequest.ts'

const item = (n: number) => ({ type: 5, hash: Uint8Array.of(n & 255, n >> 8) })
const now = { preferred: false, requestAt: 0 }

describe('TxRequestTracker', () => {
  it('asks one peer at a time, the preferred one first, and the next after the timeout', () => {
    const tracker = new TxRequestTracker(7)
    tracker.announced(1, item(1), now)
    tracker.announced(2, item(1), { preferred: true, requestAt: 0 })
    expect(tracker.takeRequestable(1, 0, 60)).toEqual([])
    expect(tracker.takeRequestable(2, 0, 60)).toEqual([item(1)])
    expect(tracker.takeRequestable(1, 59, 200)).toEqual([])
    expect(tracker.takeRequestable(1, 60, 200)).toEqual([item(1)])
    expect(tracker.countInFlight(1)).toBe(1)
  })

  it('waits for the delay', () => {
    const tracker = new TxRequestTracker(7)
    tracker.announced(1, item(1), { preferred: false, requestAt: 2000 })
    expect(tracker.takeRequestable(1, 1999, 9999)).toEqual([])
    expect(tracker.takeRequestable(1, 2000, 9999)).toEqual([item(1)])
  })

  it('turns to another peer on notfound and when one leaves, and forgets when all have answered', () => {
    const tracker = new TxRequestTracker(7)
    for (const peer of [1, 2, 3]) tracker.announced(peer, item(1), { preferred: peer === 1, requestAt: 0 })
    expect(tracker.takeRequestable(1, 0, 60)).toHaveLength(1)
    tracker.responded(1, item(1).hash)
    const asked = [2, 3].find((peer) => tracker.takeRequestable(peer, 1, 60).length === 1)!
    tracker.disconnected(asked)
    const last = asked === 2 ? 3 : 2
    expect(tracker.takeRequestable(last, 2, 60)).toHaveLength(1)
    tracker.responded(last, item(1).hash)
    expect(tracker.size).toBe(0)
  })
})
