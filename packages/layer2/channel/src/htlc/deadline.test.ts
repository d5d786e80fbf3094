import { describe, expect, it } from 'vitest'
import { ChannelPair } from '../test/pair.ts'
import { FULFILL_DEADLINE_BLOCKS, OFFERED_GRACE_BLOCKS } from './deadline.ts'

describe('deadlines of HTLCs', () => {
  it('an offered HTLC past its expiry and grace closes the channel', () => {
    const pair = new ChannelPair().open()
    pair.pay(pair.a, 1, 10_000_000, 30)
    pair.mineEmpty(30 + OFFERED_GRACE_BLOCKS - 1)
    expect(pair.a.state.kind).toBe('normal')
    pair.mineEmpty(1)
    expect(pair.a.notified('closing')).toMatchObject([{ cause: { type: 'local-force' } }])
    expect([...pair.a.published.values()].map(({ kind }) => kind)).toContain('commitment')
  })

  it('a fulfilled HTLC that the peer does not take off the commitments is claimed in time', () => {
    const pair = new ChannelPair().open()
    const id = pair.pay(pair.a, 1, 10_000_000, 40)
    pair.disconnect()
    pair.fulfill(pair.b, id, 1)
    pair.mineEmpty(40 - FULFILL_DEADLINE_BLOCKS - 1)
    expect(pair.b.state.kind).toBe('offline')
    pair.mineEmpty(1)
    expect(pair.b.state.kind).toBe('closing')
    const published = [...pair.b.published.values()].find(({ kind }) => kind === 'commitment')!
    expect(published.deadline).toBeDefined()
    // Its child through the anchor is a valid transaction, and the HTLC comes home by its preimage.
    pair.mine([published.transaction, pair.b.anchorChild(published)])
    pair.mineReady(3)
    expect(pair.a.settled('fulfilled')).toMatchObject([{ id }])
  })

  it('a received HTLC that nobody can fulfil does not close the channel', () => {
    const pair = new ChannelPair().open()
    pair.pay(pair.a, 1, 10_000_000, 30)
    pair.disconnect()
    pair.mineEmpty(31)
    expect(pair.b.state.kind).toBe('offline')
  })
})
