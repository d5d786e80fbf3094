import { bytesToHex } from '@ply/bytes'
import { computeTxid, type Transaction } from '@ply/primitives'
import { describe, expect, it } from 'vitest'
import { createSignedLocalCommitment } from '../commitment/signing.ts'
import type { CommitmentFormat } from '../parameters.ts'
import type { Channel } from '../state.ts'
import type { TestNode } from '../test/node.ts'
import { preimageOf } from '../test/node.ts'
import { ChannelPair } from '../test/pair.ts'

const formats: CommitmentFormat[] = ['anchors', 'static_remotekey']

const commitmentOf = (node: TestNode, channel: Channel = node.channel): Transaction =>
  createSignedLocalCommitment(channel, channel.commitments.localCommit, node.signer).signed

/** Two HTLCs each way, big enough for outputs, and a trimmed one. Ids: a offers 0, 1 and the dust 2; b offers 0, 1. */
function openWithHtlcs(format: CommitmentFormat): ChannelPair {
  const pair = new ChannelPair({ format, pushMsat: 300_000_000 }).open()
  pair.pay(pair.a, 1, 50_000_000n)
  pair.pay(pair.a, 2, 60_000_000n, 110)
  pair.pay(pair.a, 5, 100_000n)
  pair.pay(pair.b, 3, 40_000_000n)
  pair.pay(pair.b, 4, 45_000_000n, 110)
  return pair
}

const fee = 10_000n

describe.each(formats)('%s endings on chain', (format) => {
  it('own commitment: HTLC by preimage, by timeout, and the balance after its delay', () => {
    const pair = openWithHtlcs(format)
    const { a, b } = pair
    a.handle({ type: 'force-close', reason: 'test' })
    b.handle({ type: 'disconnected' })
    expect(a.outbox.length).toBe(1)
    pair.mineReady(1)
    expect(a.notified('ended')).toMatchObject([{ by: 'local-commitment' }])
    expect(b.notified('ended')).toMatchObject([{ by: 'remote-commitment' }])
    expect(b.state.kind).toBe('closing')
    // a learns a preimage of an HTLC that b offered; b knows one that a offered.
    a.handle({ type: 'fulfill-htlc', id: 0n, paymentPreimage: preimageOf(3) })
    b.handle({ type: 'fulfill-htlc', id: 0n, paymentPreimage: preimageOf(1) })
    pair.mineReady(2)
    expect(a.settled('fulfilled')).toMatchObject([{ id: 0n, paymentPreimage: preimageOf(1) }])
    expect(b.settled('fulfilled')).toMatchObject([{ id: 0n, paymentPreimage: preimageOf(3) }])
    pair.mineReady(3)
    // The trimmed HTLC is failed once the commitment is deep enough.
    expect(a.settled('failed')).toMatchObject([{ id: 2n, failure: { type: 'on-chain' } }])
    pair.mineReady(120)
    expect(a.settled('failed').map(({ id }) => id)).toEqual([2n, 1n])
    expect(b.settled('failed').map(({ id }) => id)).toEqual([1n])
    pair.mineReady(200)
    expect([a.state.kind, b.state.kind]).toEqual(['closed', 'closed'])
    // a: 700 000 − 110 100 + 60 000 (timed out) + 40 000 (preimage); b: 300 000 − 85 000 + 50 000 + 45 000.
    const wallet = pair.chain.balanceOf(b.walletScript)
    expect(wallet).toBeLessThanOrEqual(310_000n)
    expect(wallet).toBeGreaterThan(310_000n - fee)
  })

  it('commitment of the peer with the HTLCs untouched until they expire', () => {
    const pair = openWithHtlcs(format)
    const { a, b } = pair
    pair.disconnect()
    pair.mine([commitmentOf(b)])
    expect(a.notified('ended')).toMatchObject([{ by: 'remote-commitment' }])
    expect(b.notified('ended')).toMatchObject([{ by: 'local-commitment' }])
    pair.mineReady(330)
    expect([a.state.kind, b.state.kind]).toEqual(['closed', 'closed'])
    expect(a.settled('failed').map(({ id }) => id)).toEqual([2n, 0n, 1n])
    expect(b.settled('failed').map(({ id }) => id)).toEqual([0n, 1n])
    expect(a.settled('fulfilled')).toEqual([])
  })

  it('a revoked commitment is punished, with its HTLCs', () => {
    const pair = openWithHtlcs(format)
    const { a, b } = pair
    const revoked = commitmentOf(b)
    const before = pair.chain.balanceOf(a.walletScript)
    pair.fulfill(b, 0n, 1)
    pair.pay(b, 6, 100_000_000n)
    pair.disconnect()
    pair.mine([revoked])
    expect(a.notified('ended')).toMatchObject([{ by: 'revoked-commitment' }])
    pair.mineReady(2)
    const penalties = [...a.published.values()].filter(({ kind }) => kind === 'penalty')
    // to_local and four HTLC outputs.
    expect(penalties.length).toBe(5)
    pair.mineReady(30)
    expect(a.state.kind).toBe('closed')
    // Everything but the trimmed HTLC and fees went to a.
    expect(pair.chain.balanceOf(a.walletScript) - before).toBeGreaterThan(980_000n)
  })

  it('a cheater who takes HTLCs to the second stage is punished there', () => {
    const pair = openWithHtlcs(format)
    const { a, b } = pair
    const cheater = b.channel
    pair.fail(a, 0n)
    pair.disconnect()
    const revoked = commitmentOf(b, cheater)
    const before = pair.chain.balanceOf(a.walletScript)
    // b acts as if the old commitment were its current one.
    b.state = {
      kind: 'closing',
      channel: cheater,
      cause: { type: 'remote' },
      mutualCloses: [],
      confirmed: [],
      preimages: [preimageOf(1), preimageOf(2)],
      settledHtlcs: [],
    }
    pair.mine([revoked])
    // The cheater's HTLC-success transactions confirm before the penalties of those outputs.
    pair.mine()
    const cheats = b.ready().filter((each) => each.inputs[0]!.witness.length === 5)
    expect(cheats.length).toBe(2)
    pair.mine(cheats)
    const secondStage = cheats.map((each) => bytesToHex(computeTxid(each)))
    const penalties = a.ready().filter(({ inputs }) => secondStage.includes(bytesToHex(inputs[0]!.prevout.txid)))
    expect(penalties.length).toBe(2)
    pair.mineReady(40)
    expect(a.state.kind).toBe('closed')
    expect(pair.chain.balanceOf(a.walletScript) - before).toBeGreaterThan(960_000n)
  })
})
