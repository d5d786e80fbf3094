import { msats, sats } from '@ply/primitives'
import { encodeFeatures, type Message } from '@ply/wire'
import { describe, expect, it } from 'vitest'
import { transition } from '../transition.ts'
import type { ChannelViolationCode } from '../violation.ts'
import { ChannelPair } from '../test/pair.ts'
import { decodeChannelType, encodeChannelType } from './channelType.ts'

type MessageOf<T extends Message['type']> = Extract<Message, { readonly type: T }>

/** The opener's open_channel. */
function openMessage(): { pair: ChannelPair; open: MessageOf<'open_channel'> } {
  const fresh = new ChannelPair()
  fresh.connected = false
  const sent: Message[] = []
  const original = fresh.a.take.bind(fresh.a)
  fresh.a.take = (step) => {
    for (const effect of step.effects) if (effect.type === 'send') sent.push(effect.message)
    original(step)
  }
  fresh.start()
  const open = sent.find((message): message is MessageOf<'open_channel'> => message.type === 'open_channel')
  if (!open) throw new Error('no open_channel')
  return { pair: fresh, open }
}

const withoutType = ({ channelType: _, ...rest }: MessageOf<'open_channel'>): MessageOf<'open_channel'> => rest

describe('open_channel', () => {
  const cases: [
    ChannelViolationCode,
    Partial<MessageOf<'open_channel'>> | ((open: MessageOf<'open_channel'>) => MessageOf<'open_channel'>),
  ][] = [
    ['unknown-chain', { chainHash: new Uint8Array(32) as MessageOf<'open_channel'>['chainHash'] }],
    ['channel-type-missing', withoutType],
    ['channel-type-unsuitable', { channelType: encodeFeatures([22]) }],
    ['channel-type-unsuitable', { channelType: encodeFeatures([12, 22, 50]) }],
    ['dust-limit-over-reserve', { dustLimitSatoshis: sats(20_000) }],
    ['reserve-under-dust-limit', { channelReserveSatoshis: sats(353), dustLimitSatoshis: sats(353) }],
    ['feerate-too-low', { feeratePerKw: 252 }],
    ['feerate-too-high', { feeratePerKw: 25_001 }],
    ['to-self-delay-too-large', { toSelfDelay: 2017 }],
    ['too-many-accepted-htlcs', { maxAcceptedHtlcs: 484 }],
    ['no-accepted-htlcs', { maxAcceptedHtlcs: 0 }],
    ['dust-limit-too-small', { dustLimitSatoshis: sats(353) }],
    ['dust-limit-too-large', { dustLimitSatoshis: sats(10_001), channelReserveSatoshis: sats(10_001) }],
    ['reserve-too-large', { channelReserveSatoshis: sats(200_001) }],
    ['htlc-minimum-too-large', { htlcMinimumMsat: msats(100_000_001) }],
    ['max-in-flight-too-small', { maxHtlcValueInFlightMsat: msats(0) }],
    ['invalid-shutdown-script', { upfrontShutdownScript: Uint8Array.of(0x6a, 1, 1) }],
    ['funding-too-small', { fundingSatoshis: sats(19_999) }],
    ['funding-too-large', { fundingSatoshis: sats(2 ** 24) }],
    ['push-over-funding', { pushMsat: msats(1_000_000_001) }],
    ['opener-cannot-pay-fee', { pushMsat: msats(999_000_000) }],
    [
      'no-side-over-reserve',
      {
        fundingSatoshis: sats(20_000),
        pushMsat: msats(3_000_000),
        channelReserveSatoshis: sats(3_999),
        feeratePerKw: 12_000,
      },
    ],
  ]
  it.each(cases)('%s', (code, change) => {
    const { pair, open } = openMessage()
    const message = typeof change === 'function' ? change(open) : { ...open, ...change }
    const { state, effects } = transition(pair.b.state, { type: 'message', message }, pair.b.env)
    expect(effects).toContainEqual(
      expect.objectContaining({
        notification: { kind: 'violation', violation: expect.objectContaining({ code }) as unknown },
      }),
    )
    expect(state.kind).toBe('closed')
    expect(effects.map(({ type }) => type)).toContain('forget')
    expect(effects.map(({ type }) => type)).not.toContain('persist')
  })

  it('a request that breaks our own rules goes nowhere', () => {
    const pair = new ChannelPair({ fundingSatoshis: 1000 })
    pair.start()
    expect(pair.a.state).toMatchObject({
      kind: 'closed',
      reason: expect.stringContaining('funding-too-small') as unknown,
    })
  })
})

describe('accept_channel', () => {
  function acceptMessage(): { pair: ChannelPair; accept: MessageOf<'accept_channel'> } {
    const { pair, open } = openMessage()
    pair.b.handle({ type: 'message', message: open })
    const accept = pair.b.drain().find((message) => message.type === 'accept_channel')
    if (accept?.type !== 'accept_channel') throw new Error('no accept_channel')
    return { pair, accept }
  }

  it.each<[ChannelViolationCode, Partial<MessageOf<'accept_channel'>>]>([
    [
      'temporary-channel-id-changed',
      { temporaryChannelId: new Uint8Array(32) as MessageOf<'accept_channel'>['temporaryChannelId'] },
    ],
    ['channel-type-changed', { channelType: encodeChannelType('static_remotekey') }],
    ['minimum-depth-too-large', { minimumDepth: 145 }],
    ['reserve-under-dust-limit', { channelReserveSatoshis: sats(353) }],
    ['dust-limit-over-reserve', { dustLimitSatoshis: sats(10_001) }],
  ])('%s', (code, change) => {
    const { pair, accept } = acceptMessage()
    pair.a.handle({ type: 'message', message: { ...accept, ...change } })
    expect(pair.a.notified('violation')).toMatchObject([{ violation: { code } }])
    expect(pair.a.state.kind).toBe('closed')
  })
})

describe('the first signatures', () => {
  it('a wrong funding output or a bad signature ends the opening; nothing is published before funding_signed', () => {
    const pair = new ChannelPair()
    pair.start()
    const transaction = pair.fundingTransaction()
    const wrong = new ChannelPair()
    wrong.start()
    wrong.a.handle({ type: 'funding-ready', transaction, outputIndex: 0 })
    expect(wrong.a.notified('violation')).toMatchObject([{ violation: { code: 'wrong-funding-output' } }])

    pair.a.handle({ type: 'funding-ready', transaction, outputIndex: 1 })
    expect(pair.a.published.size).toBe(0)
    const [created] = pair.a.drain()
    if (created?.type !== 'funding_created') throw new Error('no funding_created')
    pair.b.handle({ type: 'message', message: created })
    const [signed] = pair.b.drain()
    if (signed?.type !== 'funding_signed') throw new Error('no funding_signed')
    expect(pair.b.stored).toBeDefined()
    pair.a.handle({ type: 'message', message: { ...signed, signature: new Uint8Array(64).fill(1) } })
    expect(pair.a.notified('violation')).toMatchObject([{ violation: { code: 'invalid-commitment-signature' } }])
    expect(pair.a.published.size).toBe(0)
    expect(pair.a.state.kind).toBe('closed')
  })

  it('an accepter forgets a channel that is never funded', () => {
    const pair = new ChannelPair()
    pair.start()
    pair.a.handle({ type: 'funding-ready', transaction: pair.fundingTransaction(), outputIndex: 1 })
    pair.pump()
    pair.chain.height += 2016
    pair.mine()
    expect([pair.a.state.kind, pair.b.state.kind]).toEqual(['wait-for-funding-confirmed', 'closed'])
  })

  it('a lost connection before funding_signed leaves nothing', () => {
    const pair = new ChannelPair()
    pair.start()
    pair.disconnect()
    expect([pair.a.state.kind, pair.b.state.kind]).toEqual(['closed', 'closed'])
    expect([pair.a.stored, pair.b.stored]).toEqual([undefined, undefined])
  })
})

describe('channel_type', () => {
  it('is the smallest bitmap of its bits', () => {
    expect(encodeChannelType('anchors')).toEqual(Uint8Array.of(0x40, 0x10, 0x00))
    expect(encodeChannelType('static_remotekey')).toEqual(Uint8Array.of(0x10, 0x00))
    expect(decodeChannelType(Uint8Array.of(0x40, 0x10, 0x00))).toBe('anchors')
    expect(decodeChannelType(new Uint8Array(0))).toBeUndefined()
  })
})
