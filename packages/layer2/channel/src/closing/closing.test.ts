import { sats } from '@ply/primitives'
import type { ClosingSigned } from '@ply/wire'
import { describe, expect, it } from 'vitest'
import type { Negotiating } from '../state.ts'
import type { TestNode } from '../test/node.ts'
import { ChannelPair, type PairOptions } from '../test/pair.ts'
import { computeClosingFees, signClosing } from './closingSigned.ts'
import { computeDustThreshold, isShutdownScript } from './shutdownScript.ts'

/** Both shutdowns are exchanged; the opener's first closing_signed waits in its outbox. */
function negotiate(options: PairOptions = {}): ChannelPair {
  const pair = new ChannelPair({ pushMsat: 400_000_000, ...options }).open()
  pair.b.handle({ type: 'close' })
  pair.deliver(pair.b)
  pair.deliver(pair.a)
  expect([pair.a.state.kind, pair.b.state.kind]).toEqual(['negotiating', 'negotiating'])
  return pair
}

/** A closing_signed that `from` could send. */
function closingSigned(from: TestNode, fee: number, range?: [number, number]): ClosingSigned {
  const state = from.state as Negotiating
  const message: ClosingSigned = {
    type: 'closing_signed',
    channelId: state.channel.channelId,
    feeSatoshis: sats(fee),
    signature: signClosing(state, sats(fee), from.signer),
  }
  if (!range) return message
  return { ...message, feeRange: { minFeeSatoshis: sats(range[0]), maxFeeSatoshis: sats(range[1]) } }
}

const say = (to: TestNode, message: ClosingSigned): void => to.handle({ type: 'message', message })

describe('closing_signed', () => {
  it('is agreed in two messages where the fee lies in the range', () => {
    const pair = negotiate()
    pair.pump()
    expect([pair.a.state.kind, pair.b.state.kind]).toEqual(['closing', 'closing'])
    const [mine, theirs] = [pair.a, pair.b].map((node) => [...node.published.values()].at(-1)!.transaction)
    expect(mine).toEqual(theirs)
    pair.mine([mine!])
    expect(pair.chain.balanceOf(pair.b.walletScript)).toBe(400_000n)
  })

  it('without a range meets in the middle', () => {
    const pair = negotiate()
    pair.a.drain()
    const { maxFeeSatoshis } = computeClosingFees(pair.a.state as Negotiating, pair.a.env)
    const wanted = Number(maxFeeSatoshis) * 3
    say(pair.a, closingSigned(pair.b, wanted))
    const [counter] = pair.a.drain()
    if (counter?.type !== 'closing_signed') throw new Error('no closing_signed')
    expect(Number(counter.feeSatoshis)).toBeGreaterThan(0)
    expect(Number(counter.feeSatoshis)).toBeLessThan(wanted)
    say(pair.a, closingSigned(pair.b, Number(counter.feeSatoshis)))
    expect(pair.a.state.kind).toBe('closing')
    // Not between the last two: refused.
    const stubborn = negotiate()
    stubborn.a.drain()
    say(stubborn.a, closingSigned(stubborn.b, wanted))
    say(stubborn.a, closingSigned(stubborn.b, wanted + 1000))
    expect(stubborn.a.notified('violation')).toMatchObject([{ violation: { code: 'closing-fee-not-between' } }])
  })

  it('warns where the ranges do not overlap and fails where a fee lies outside', () => {
    const apart = negotiate()
    apart.a.drain()
    say(apart.a, closingSigned(apart.b, 50_000, [40_000, 60_000]))
    expect(apart.a.notified('violation')).toMatchObject([{ violation: { code: 'closing-fee-out-of-range' } }])
    expect(apart.a.state.kind).toBe('negotiating')
    const outside = negotiate()
    outside.a.drain()
    say(outside.a, closingSigned(outside.b, 50_000, [200, 60_000]))
    expect(outside.a.notified('violation')).toMatchObject([{ violation: { code: 'closing-fee-outside-overlap' } }])
    expect(outside.a.state.kind).toBe('closing')
  })

  it('refuses a bad signature, a fee over the balance, and a first offer by the accepter', () => {
    const bad = negotiate()
    say(bad.b, { ...closingSigned(bad.a, 500), signature: new Uint8Array(64).fill(3) })
    expect(bad.b.notified('violation')).toMatchObject([{ violation: { code: 'invalid-closing-signature' } }])
    const rich = negotiate()
    say(rich.b, { ...closingSigned(rich.a, 500), feeSatoshis: sats(2n ** 60n) })
    expect(rich.b.notified('violation')).toMatchObject([{ violation: { code: 'closing-fee-over-balance' } }])
  })

  it('leaves out an output under the dust limit', () => {
    const pair = negotiate({ pushMsat: 300_000 })
    pair.pump()
    const [mutual] = [...pair.a.published.values()]
    expect(mutual!.transaction.outputs.length).toBe(1)
    pair.mine([mutual!.transaction])
    expect([pair.a.state.kind, pair.b.state.kind]).toEqual(['closing', 'closing'])
  })

  it('can be overtaken by a force close', () => {
    const pair = negotiate()
    pair.pump()
    pair.a.published.clear()
    pair.a.handle({ type: 'force-close', reason: 'the mutual close does not confirm' })
    expect([...pair.a.published.values()].map(({ kind }) => kind)).toEqual(['commitment'])
  })
})

describe('shutdown', () => {
  it('names a script of an allowed form', () => {
    const program = (first: number, length: number): Uint8Array =>
      Uint8Array.from([first, length, ...new Uint8Array(length)])
    expect(isShutdownScript(program(0, 20), false)).toBe(true)
    expect(isShutdownScript(program(0, 32), false)).toBe(true)
    expect(isShutdownScript(program(0, 21), true)).toBe(false)
    expect(isShutdownScript(program(0x51, 32), true)).toBe(true)
    expect(isShutdownScript(program(0x51, 32), false)).toBe(false)
    expect(isShutdownScript(Uint8Array.of(0x6a, 0), true)).toBe(false)
    expect([program(0, 20), program(0, 32), program(0x51, 32)].map(computeDustThreshold)).toEqual([294n, 330n, 354n])
  })

  it('with another script than promised, or of a bad form, costs the connection', () => {
    const pair = new ChannelPair().open()
    const { channelId } = pair.a.channel
    pair.a.handle({ type: 'message', message: { type: 'shutdown', channelId, scriptpubkey: Uint8Array.of(0x51) } })
    expect(pair.a.notified('violation')).toMatchObject([{ violation: { code: 'invalid-shutdown-script' } }])
    expect(pair.a.notified('disconnect').length).toBe(1)
    expect(pair.a.state.kind).toBe('normal')
  })

  it('with unsigned updates fails the channel', () => {
    const pair = new ChannelPair({ pushMsat: 400_000_000 }).open()
    pair.add(pair.b, 1, 1_000_000)
    pair.pump()
    const { channelId } = pair.a.channel
    const scriptpubkey = pair.b.walletScript
    pair.a.handle({ type: 'message', message: { type: 'shutdown', channelId, scriptpubkey } })
    expect(pair.a.notified('violation')).toMatchObject([{ violation: { code: 'shutdown-with-pending-updates' } }])
  })

  it('waits until our own updates are signed, and HTLCs drain before the fee is discussed', () => {
    const pair = new ChannelPair().open()
    pair.add(pair.a, 1, 10_000_000)
    pair.a.handle({ type: 'close' })
    expect(pair.a.drain().map(({ type }) => type)).toEqual(['update_add_htlc', 'commitment_signed', 'shutdown'])
    const other = new ChannelPair().open()
    const id = other.pay(other.a, 1, 10_000_000)
    other.b.handle({ type: 'close' })
    other.pump()
    expect([other.a.state.kind, other.b.state.kind]).toEqual(['shutdown', 'shutdown'])
    other.fulfill(other.b, id, 1)
    expect([other.a.state.kind, other.b.state.kind]).toEqual(['closing', 'closing'])
  })

  it('pays to a script of the caller, if it is of an allowed form', () => {
    const pair = new ChannelPair().open()
    pair.a.handle({ type: 'close', scriptPubKey: Uint8Array.of(0x51) })
    expect(pair.a.notified('refused')).toMatchObject([{ command: 'close' }])
    const scriptPubKey = Uint8Array.from([0, 20, ...new Uint8Array(20).fill(9)])
    pair.a.handle({ type: 'close', scriptPubKey })
    pair.pump()
    pair.mineReady(1)
    expect(pair.chain.balanceOf(scriptPubKey)).toBeGreaterThan(990_000n)
  })

  it('before the channel is ready closes it at once', () => {
    const pair = new ChannelPair()
    pair.start()
    pair.a.handle({ type: 'funding-ready', transaction: pair.fundingTransaction(), outputIndex: 1 })
    pair.pump()
    pair.a.handle({ type: 'close' })
    pair.pump()
    expect([pair.a.state.kind, pair.b.state.kind]).toEqual(['closing', 'closing'])
  })
})
