import { msats } from '@ply/primitives'
import type { Message } from '@ply/wire'
import { describe, expect, it } from 'vitest'
import { encodeState } from './codec/v1.ts'
import { isSettled } from './commitment/views.ts'
import type { RestingState } from './state.ts'
import type { TestNode } from './test/node.ts'
import { ChannelPair } from './test/pair.ts'

const names = (messages: readonly Message[]): string[] => messages.map(({ type }) => type)

/** Delivers exactly `count` messages of `from`. */
function deliver(pair: ChannelPair, from: TestNode, count: number): void {
  for (let i = 0; i < count; i++) expect(pair.deliver(from)).toBe(true)
}

function reconnect(pair: ChannelPair): void {
  pair.disconnect()
  pair.connect()
}

describe('channel_reestablish', () => {
  it('sends lost updates and commitment_signed again', () => {
    const pair = new ChannelPair().open()
    pair.add(pair.a, 1, 10_000_000)
    pair.commit(pair.a)
    reconnect(pair)
    deliver(pair, pair.b, 1)
    expect(names(pair.a.drain().slice(1))).toEqual(['channel_ready', 'update_add_htlc', 'commitment_signed'])
    reconnect(pair)
    pair.pump()
    expect(pair.b.settled('received').length).toBe(1)
  })

  it('sends a lost revoke_and_ack again, before a commitment that was signed after it', () => {
    const pair = new ChannelPair().open()
    pair.pay(pair.a, 9, 1_000_000)
    pair.fail(pair.b, 0n)
    pair.add(pair.a, 1, 10_000_000)
    pair.commit(pair.a)
    deliver(pair, pair.a, 2)
    expect(names(pair.b.drain())).toEqual(['revoke_and_ack', 'commitment_signed'])
    reconnect(pair)
    deliver(pair, pair.a, 1)
    expect(names(pair.b.drain().slice(1))).toEqual(['revoke_and_ack', 'commitment_signed'])
    reconnect(pair)
    pair.pump()
    expect(pair.b.settled('received').length).toBe(2)
    expect(pair.a.notified('violation')).toEqual([])
  })

  it('sends a commitment that was signed first before the revocation', () => {
    const pair = new ChannelPair({ pushMsat: 500_000_000 }).open()
    pair.pay(pair.a, 9, 1_000_000)
    pair.fail(pair.b, 0n)
    // Both sign at the same time; b's messages are lost.
    pair.add(pair.a, 1, 10_000_000)
    pair.commit(pair.a)
    pair.add(pair.b, 2, 20_000_000)
    pair.commit(pair.b)
    deliver(pair, pair.a, 2)
    expect(names(pair.b.drain())).toEqual(['update_add_htlc', 'commitment_signed', 'revoke_and_ack'])
    reconnect(pair)
    deliver(pair, pair.a, 1)
    expect(names(pair.b.drain().slice(1))).toEqual(['update_add_htlc', 'commitment_signed', 'revoke_and_ack'])
    reconnect(pair)
    pair.pump()
    expect(pair.a.settled('received').length).toBe(1)
    expect(pair.b.settled('received').length).toBe(2)
  })

  it('drops additions that were never signed, and says so', () => {
    const pair = new ChannelPair().open()
    const id = pair.add(pair.a, 1, 10_000_000)
    pair.pump()
    reconnect(pair)
    pair.pump()
    expect(pair.a.settled('failed')).toMatchObject([{ id, failure: { type: 'dropped' } }])
    expect(isSettled(pair.a.channel.commitments)).toBe(true)
    expect(pair.pay(pair.a, 2, 10_000_000)).toBe(id)
    expect(pair.b.settled('received').length).toBe(1)
  })

  it('takes fulfilments while offline and delivers them later', () => {
    const pair = new ChannelPair().open()
    const id = pair.pay(pair.a, 1, 10_000_000)
    pair.disconnect()
    pair.fulfill(pair.b, id, 1)
    pair.b.restart()
    pair.connect()
    pair.pump()
    expect(pair.a.settled('fulfilled')).toMatchObject([{ id }])
    expect(isSettled(pair.b.channel.commitments)).toBe(true)
  })

  it('gives received HTLCs again after a restart until they are answered', () => {
    const pair = new ChannelPair().open()
    const id = pair.pay(pair.a, 1, 10_000_000)
    pair.disconnect()
    pair.b.settlements.length = 0
    pair.b.restart()
    expect(pair.b.settled('received')).toMatchObject([{ htlc: { id, amountMsat: msats(10_000_000) } }])
    pair.fulfill(pair.b, id, 1)
    pair.b.settlements.length = 0
    pair.b.restart()
    expect(pair.b.settlements).toEqual([])
  })

  it('after losing state does not publish its revoked commitment, and is paid by the peer’s', () => {
    const pair = new ChannelPair({ pushMsat: 100_000_000 }).open()
    const old = pair.b.stored
    const id = pair.pay(pair.a, 1, 10_000_000)
    pair.fulfill(pair.b, id, 1)
    pair.disconnect()
    pair.b.stored = old
    pair.b.restart()
    pair.connect()
    pair.pump()
    expect(pair.b.notified('closing')).toMatchObject([{ cause: { type: 'data-loss' } }])
    expect([...pair.b.published.values()].filter(({ kind }) => kind === 'commitment')).toEqual([])
    // Its error makes the peer close.
    expect(pair.a.notified('peer-error').length).toBeGreaterThan(0)
    pair.mineReady(3)
    expect(pair.b.notified('ended')).toMatchObject([{ by: 'unknown' }])
    pair.mineReady(20)
    expect(pair.b.state.kind).toBe('closed')
    expect(pair.chain.balanceOf(pair.b.walletScript)).toBeGreaterThan(109_000n)
  })

  it('fails the channel when the peer is behind or lies', () => {
    const cases: [Partial<Extract<Message, { type: 'channel_reestablish' }>>, string][] = [
      [{ nextCommitmentNumber: 0n }, 'next-commitment-number-zero'],
      [{ nextCommitmentNumber: 9n }, 'unexpected-commitment-number'],
      [{ nextCommitmentNumber: 1n }, 'unexpected-commitment-number'],
      [{ nextRevocationNumber: 9n }, 'wrong-last-secret'],
      [{ nextRevocationNumber: 2n ** 60n }, 'unexpected-revocation-number'],
      [{ yourLastPerCommitmentSecret: new Uint8Array(32).fill(5) }, 'wrong-last-secret'],
    ]
    for (const [change, code] of cases) {
      const pair = new ChannelPair().open()
      pair.pay(pair.a, 1, 10_000_000)
      pair.disconnect()
      pair.connect()
      const [message] = pair.b.drain()
      if (message?.type !== 'channel_reestablish') throw new Error('no channel_reestablish')
      pair.a.handle({ type: 'message', message: { ...message, ...change } })
      expect(pair.a.notified('violation')).toMatchObject([{ violation: { code } }])
      expect(pair.a.state.kind).toBe('closing')
      expect([...pair.a.published.values()].map(({ kind }) => kind)).toContain('commitment')
    }
  })

  it('repeats channel_ready and shutdown', () => {
    const pair = new ChannelPair().open()
    reconnect(pair)
    deliver(pair, pair.b, 1)
    expect(names(pair.a.drain().slice(1))).toEqual(['channel_ready'])
    reconnect(pair)
    pair.pump()
    const id = pair.pay(pair.a, 1, 10_000_000)
    pair.a.handle({ type: 'close' })
    pair.pump()
    expect([pair.a.state.kind, pair.b.state.kind]).toEqual(['shutdown', 'shutdown'])
    reconnect(pair)
    pair.pump()
    pair.fulfill(pair.b, id, 1)
    expect([pair.a.state.kind, pair.b.state.kind]).toEqual(['closing', 'closing'])
  })

  it('closes when the connection is lost in the middle of the negotiation', () => {
    const pair = new ChannelPair().open()
    pair.a.handle({ type: 'close' })
    deliver(pair, pair.a, 1)
    deliver(pair, pair.b, 1)
    expect([pair.a.state.kind, pair.b.state.kind]).toEqual(['negotiating', 'negotiating'])
    reconnect(pair)
    pair.pump()
    expect([pair.a.state.kind, pair.b.state.kind]).toEqual(['closing', 'closing'])
    expect(encodeState(pair.a.state as RestingState)).toEqual(pair.a.stored)
  })
})
