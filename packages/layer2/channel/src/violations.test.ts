import { msats } from '@ply/primitives'
import { createRandom } from '@ply/testkit'
import { decodeMessage, encodeMessage, type Message } from '@ply/wire'
import { describe, expect, it } from 'vitest'
import { decodeHtlcRecord, decodeState, encodeHtlcRecord, encodeState } from './codec/v1.ts'
import { type ChannelState, restingState, restoredState } from './state.ts'
import { hashOf, preimageOf, type TestNode } from './test/node.ts'
import { ChannelPair } from './test/pair.ts'
import { transition } from './transition.ts'
import type { ChannelViolationCode } from './violation.ts'

const onion = new Uint8Array(1366)

/** A channel with one HTLC each way: a offers 0 (hash 1), b offers 0 (hash 2). */
function openWithPayments(): ChannelPair {
  const pair = new ChannelPair({ pushMsat: 400_000_000 }).open()
  pair.pay(pair.a, 1, 20_000_000)
  pair.pay(pair.b, 2, 30_000_000)
  return pair
}

describe('rules of normal operation', () => {
  const channelId = (pair: ChannelPair) => pair.a.channel.channelId
  const add = (pair: ChannelPair, change: Partial<Extract<Message, { type: 'update_add_htlc' }>>): Message => ({
    type: 'update_add_htlc',
    channelId: channelId(pair),
    id: 1n,
    amountMsat: msats(1_000_000),
    paymentHash: hashOf(9),
    cltvExpiry: 500,
    onionRoutingPacket: onion,
    ...change,
  })
  /** What b sends, which rule it breaks. */
  const cases: [ChannelViolationCode, (pair: ChannelPair) => Message][] = [
    ['unexpected-htlc-id', (pair) => add(pair, { id: 3n })],
    ['htlc-amount-zero', (pair) => add(pair, { amountMsat: msats(0) })],
    ['cltv-expiry-too-large', (pair) => add(pair, { cltvExpiry: 500_000_000 })],
    ['insufficient-funds', (pair) => add(pair, { amountMsat: msats(365_000_000) })],
    ['htlc-value-in-flight-too-high', (pair) => add(pair, { amountMsat: msats(999_000_000) })],
    ['unknown-htlc-id', (pair) => ({ type: 'update_fail_htlc', channelId: channelId(pair), id: 7n, reason: onion })],
    [
      'wrong-preimage',
      (pair) => ({ type: 'update_fulfill_htlc', channelId: channelId(pair), id: 0n, paymentPreimage: preimageOf(2) }),
    ],
    [
      'badonion-bit-missing',
      (pair) => ({
        type: 'update_fail_malformed_htlc',
        channelId: channelId(pair),
        id: 0n,
        sha256OfOnion: hashOf(1),
        failureCode: 5,
      }),
    ],
    ['fee-from-non-opener', (pair) => ({ type: 'update_fee', channelId: channelId(pair), feeratePerKw: 1000 })],
    [
      'invalid-commitment-signature',
      (pair) => ({
        type: 'commitment_signed',
        channelId: channelId(pair),
        signature: new Uint8Array(64).fill(1),
        htlcSignatures: [],
      }),
    ],
    [
      'unexpected-revocation',
      (pair) => ({
        type: 'revoke_and_ack',
        channelId: channelId(pair),
        perCommitmentSecret: hashOf(1),
        nextPerCommitmentPoint: pair.b.channel.local.keys.fundingPubkey,
      }),
    ],
  ]
  it.each(cases)('%s fails the channel', (code, message) => {
    const pair = openWithPayments()
    pair.a.receive(encodeMessage(message(pair)))
    expect(pair.a.notified('violation')).toMatchObject([{ violation: { code } }])
    expect(pair.a.state.kind).toBe('closing')
    expect(pair.a.drain().map(({ type }) => type)).toEqual(['error'])
    expect([...pair.a.published.values()].map(({ kind }) => kind)).toContain('commitment')
  })

  it('fees that the opener sets are bounded and must be affordable', () => {
    for (const [feeratePerKw, code] of [
      [200, 'feerate-too-low'],
      [30_000, 'feerate-too-high'],
    ] as const) {
      const pair = openWithPayments()
      pair.b.receive(encodeMessage({ type: 'update_fee', channelId: channelId(pair), feeratePerKw }))
      expect(pair.b.notified('violation')).toMatchObject([{ violation: { code } }])
    }
    const poor = new ChannelPair({ fundingSatoshis: 60_000, pushMsat: 32_000_000 }).open()
    poor.b.receive(encodeMessage({ type: 'update_fee', channelId: channelId(poor), feeratePerKw: 25_000 }))
    expect(poor.b.notified('violation')).toMatchObject([{ violation: { code: 'cannot-afford-fee' } }])
    poor.a.handle({ type: 'update-fee', feeratePerKw: 25_000 })
    expect(poor.a.notified('refused')).toMatchObject([{ command: 'update-fee' }])
  })

  it('a wrong number of HTLC signatures, a wrong one, and a wrong secret', () => {
    const sent = (): { pair: ChannelPair; signed: Extract<Message, { type: 'commitment_signed' }> } => {
      const pair = openWithPayments()
      pair.add(pair.a, 3, 10_000_000)
      pair.commit(pair.a)
      const [update, signed] = pair.a.drain()
      if (!update || signed?.type !== 'commitment_signed') throw new Error('no commitment_signed')
      pair.b.handle({ type: 'message', message: update })
      return { pair, signed }
    }
    const short = sent()
    short.pair.b.receive(encodeMessage({ ...short.signed, htlcSignatures: short.signed.htlcSignatures.slice(1) }))
    expect(short.pair.b.notified('violation')).toMatchObject([{ violation: { code: 'wrong-htlc-signature-count' } }])
    const swapped = sent()
    const htlcSignatures = [...swapped.signed.htlcSignatures].reverse()
    swapped.pair.b.receive(encodeMessage({ ...swapped.signed, htlcSignatures }))
    expect(swapped.pair.b.notified('violation')).toMatchObject([{ violation: { code: 'invalid-htlc-signature' } }])
    const revoked = sent()
    revoked.pair.b.receive(encodeMessage(revoked.signed))
    const [revocation] = revoked.pair.b.drain()
    if (revocation?.type !== 'revoke_and_ack') throw new Error('no revoke_and_ack')
    revoked.pair.a.receive(encodeMessage({ ...revocation, perCommitmentSecret: hashOf(5) }))
    expect(revoked.pair.a.notified('violation')).toMatchObject([{ violation: { code: 'invalid-revocation-secret' } }])
  })

  it('our own offers are refused with a reason, and nothing is sent', () => {
    const pair = openWithPayments()
    const reasons = (): unknown => pair.a.settled('refused').at(-1)?.violation.code
    pair.add(pair.a, 3, 0)
    expect(reasons()).toBe('htlc-amount-zero')
    pair.add(pair.a, 3, 700_000_000n)
    expect(reasons()).toBe('insufficient-funds')
    pair.add(pair.a, 3, 1_000_000, 0)
    expect(reasons()).toBe('cltv-expiry-too-soon')
    pair.a.policy = { ...pair.a.policy, maxDustHtlcExposureMsat: msats(500_000) }
    expect(pair.add(pair.a, 3, 300_000)).toBeDefined()
    expect(pair.add(pair.a, 4, 300_000)).toBeUndefined()
    expect(reasons()).toBe('dust-exposure-too-high')
    expect(pair.a.drain().length).toBe(1)
    pair.a.handle({ type: 'close' })
    pair.add(pair.a, 5, 1_000_000)
    expect(reasons()).toBe('channel-not-ready')
  })
})

/** Nodes in every state that outlives opening, and some that do not. */
function nodesInManyStates(): TestNode[] {
  const fresh = new ChannelPair()
  const waiting = new ChannelPair()
  waiting.start()
  const normal = openWithPayments()
  const shutdown = openWithPayments()
  shutdown.a.handle({ type: 'close' })
  shutdown.pump()
  const negotiating = new ChannelPair().open()
  negotiating.a.handle({ type: 'close' })
  negotiating.deliver(negotiating.a)
  negotiating.deliver(negotiating.b)
  const offline = openWithPayments()
  offline.disconnect()
  const syncing = openWithPayments()
  syncing.disconnect()
  syncing.connect()
  const closing = openWithPayments()
  closing.a.handle({ type: 'force-close', reason: 'test' })
  closing.mineReady(1)
  const pairs = [fresh, waiting, normal, shutdown, negotiating, offline, syncing, closing]
  return pairs.flatMap(({ a, b }) => [a, b])
}

describe('whatever a peer sends', () => {
  it('is a value or a named violation, never a throw', () => {
    const nodes = nodesInManyStates()
    const random = createRandom(42)
    // Messages as they really occur, to be sent in any state, whole and damaged.
    const corpus: Uint8Array[] = []
    const pair = new ChannelPair({ pushMsat: 400_000_000 })
    for (const node of [pair.a, pair.b]) {
      const receive = node.receive.bind(node)
      node.receive = (bytes) => {
        corpus.push(bytes)
        receive(bytes)
      }
    }
    pair.open()
    pair.fulfill(pair.b, pair.pay(pair.a, 1, 20_000_000), 1)
    pair.fail(pair.a, pair.pay(pair.b, 2, 20_000_000))
    pair.a.handle({ type: 'update-fee', feeratePerKw: 2000 })
    pair.commit(pair.a)
    pair.pump()
    pair.disconnect()
    pair.connect()
    pair.pump()
    pair.a.handle({ type: 'close' })
    pair.pump()
    const channelError: Message = {
      type: 'error',
      channelId: pair.a.channel.channelId,
      data: Uint8Array.of(0xff, 0xfe),
    }
    corpus.push(encodeMessage(channelError), encodeMessage({ ...channelError, type: 'warning' }))
    let delivered = 0
    for (const node of nodes) {
      const { state } = node
      for (const original of corpus) {
        for (const damage of [0, 1, 1, 3]) {
          const bytes = original.slice()
          for (let i = 0; i < damage; i++) bytes[2 + random.below(bytes.length - 2)] = random.below(256)
          const message = decodeMessage(bytes)
          if (!message.ok) continue
          delivered++
          const step = transition(state, { type: 'message', message: message.value }, node.env)
          expect(step.state.kind).toBeDefined()
        }
      }
    }
    expect(delivered).toBeGreaterThan(500)
  })
})

describe('the stored form', () => {
  const states = nodesInManyStates().flatMap(({ state }): ChannelState[] => [state])

  it('round-trips every state that rests', () => {
    for (const state of states) {
      const resting = restingState(state)
      if (!resting) continue
      const decoded = decodeState(encodeState(resting))
      expect(decoded).toEqual({ ok: true, value: resting })
      if (decoded.ok) expect(['offline', 'closing', 'closed']).toContain(restoredState(decoded.value).kind)
    }
  })

  it('reads damaged bytes as a value or a DecodeError', () => {
    const random = createRandom(7)
    const stored = states.flatMap((state) => {
      const resting = restingState(state)
      return resting ? [encodeState(resting)] : []
    })
    for (let i = 0; i < 2000; i++) {
      const bytes = random.chance(0.1) ? random.bytes(random.below(200)) : random.pick(stored).slice()
      for (let n = random.below(4); n > 0 && bytes.length > 0; n--)
        bytes[random.below(bytes.length)] = random.below(256)
      const cut = random.chance(0.2) ? bytes.subarray(0, random.below(bytes.length + 1)) : bytes
      const decoded = decodeState(cut)
      if (!decoded.ok) expect(decoded.error.name).toBe('DecodeError')
    }
    expect(decodeState(Uint8Array.of(2))).toMatchObject({ ok: false, error: { code: 'unknown-version' } })
  })

  it('keeps HTLC records', () => {
    const record = { direction: 'offered', id: 5n, paymentHash: hashOf(1), cltvExpiry: 700_000 } as const
    expect(decodeHtlcRecord(encodeHtlcRecord(record))).toEqual({ ok: true, value: record })
    expect(decodeHtlcRecord(new Uint8Array(3)).ok).toBe(false)
  })
})
