import { describe, expect, it } from 'vitest'
import { computeTxid, computeWtxid } from '@ply/primitives'
import { coin, createTx } from '../../test/fakeNode.ts'
import { PrivateBroadcast } from './privateBroadcast.ts'

const a = createTx([coin(1)])
const b = createTx([coin(2)])
const c = createTx([coin(3)])
const MINUTE = 60_000

describe('private broadcast', () => {
  it('wants three connections for each transaction, and takes no more than it may hold', () => {
    const queue = new PrivateBroadcast(2)
    expect([queue.add(a, 0), queue.add(a, 0), queue.add(b, 0), queue.add(c, 0)]).toEqual([
      'added',
      'present',
      'added',
      'full',
    ])
    expect(queue.connectionsWanted).toBe(6)
    expect(queue.remove(a)).toBe(true)
    expect(queue.remove(a)).toBe(false)
    expect(queue.connectionsWanted).toBe(3)
    expect(queue.add(c, 0)).toBe('added')
  })

  it('chooses what was sent least, and one for each peer', () => {
    const queue = new PrivateBroadcast()
    queue.add(a, 0)
    queue.add(b, 0)
    expect(queue.choose(1, 'x:1', 1)).toBe(a)
    expect(queue.choose(1, 'x:1', 1)).toBeUndefined()
    expect(queue.choose(2, 'x:2', 2)).toBe(b)
    queue.confirm(1, 3)
    // Sent as often as the other, but the other was not confirmed.
    expect(queue.choose(3, 'x:3', 4)).toBe(b)
    expect(queue.choose(4, 'x:4', 5)).toBe(a)
    expect(queue.transactions()[0]?.sendings).toEqual([
      { address: 'x:1', sentAt: 1, receivedAt: 3 },
      { address: 'x:4', sentAt: 5, receivedAt: undefined },
    ])
  })

  it('wants another connection for one that was in vain, while there is something to send', () => {
    const queue = new PrivateBroadcast()
    queue.add(a, 0)
    queue.unwant(3)
    queue.choose(1, 'x:1', 1)
    queue.choose(2, 'x:2', 1)
    queue.confirm(1, 2)
    queue.ended(1)
    expect(queue.connectionsWanted).toBe(0)
    queue.ended(2)
    expect(queue.connectionsWanted).toBe(1)
    queue.remove(a)
    expect(queue.connectionsWanted).toBe(0)
    queue.ended(3)
    expect(queue.connectionsWanted).toBe(0)
  })

  it('forgets by either id what it is told to, and serves nobody from what it forgot', () => {
    const queue = new PrivateBroadcast()
    const twin = createTx([coin(1)], 1, 7)
    queue.add(a, 0)
    queue.add(twin, 0)
    queue.choose(1, 'x:1', 1)
    expect(queue.chosenFor(1)).toBe(a)
    expect(queue.abort(computeTxid(a))).toEqual([a, twin])
    expect(queue.chosenFor(1)).toBeUndefined()
    queue.add(twin, 0)
    expect(queue.abort(computeWtxid(a))).toEqual([])
    expect(queue.abort(computeWtxid(twin))).toEqual([twin])
  })

  it('sends again after five minutes what nobody confirmed, after one what did not come back', () => {
    const queue = new PrivateBroadcast()
    queue.add(a, 0)
    queue.add(b, 0)
    queue.choose(1, 'x:1', 0)
    queue.confirm(1, 2 * MINUTE)
    expect(queue.stale(3 * MINUTE)).toEqual([])
    expect(queue.stale(3 * MINUTE + 1)).toEqual([a])
    expect(queue.stale(5 * MINUTE + 1)).toEqual([a, b])
    queue.giveUp(a)
    expect(queue.stale(5 * MINUTE + 1)).toEqual([b])
    expect(queue.connectionsWanted).toBe(6)
  })
})
