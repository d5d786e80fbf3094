import { describe, expect, it } from 'vitest'
import { computeBalance } from './balance.ts'
import { buildLocal, buildRemote, numberedLocal } from './commitment/signing.ts'
import type { CommitmentFormat } from './parameters.ts'
import { ChannelPair } from './test/pair.ts'
import type { TestNode } from './test/node.ts'

const formats: CommitmentFormat[] = ['anchors', 'static_remotekey']

/** Each side's own commitment is, byte for byte, the one that the other side has signed last. */
function expectSameCommitments(x: TestNode, y: TestNode): void {
  for (const [owner, other] of [
    [x, y],
    [y, x],
  ] as const) {
    const own = buildLocal(
      owner.channel,
      numberedLocal(owner.channel, owner.channel.commitments.localCommit, owner.signer),
    )
    const { remoteCommit } = other.channel.commitments
    expect(buildRemote(other.channel, remoteCommit).commitment.transaction).toEqual(own.commitment.transaction)
  }
}

describe.each(formats)('a %s channel', (format) => {
  it('opens, pays both ways, and closes by agreement', () => {
    const pair = new ChannelPair({ format }).open()
    const { a, b } = pair
    const id = pair.pay(a, 1, 100_000_000n)
    expect(b.settled('received').map(({ htlc }) => htlc.id)).toEqual([id])
    expectSameCommitments(a, b)
    pair.fulfill(b, id, 1)
    expect(a.settled('fulfilled').map((each) => each.id)).toEqual([id])
    expect(computeBalance(b.channel).localMsat).toBe(100_000_000n)
    expect(computeBalance(a.channel).localMsat).toBe(900_000_000n)
    const back = pair.pay(b, 2, 30_000_000n)
    pair.fulfill(a, back, 2)
    const lost = pair.pay(a, 3, 5_000_000n)
    pair.fail(b, lost)
    expect(a.settled('failed')).toMatchObject([{ id: lost, failure: { type: 'reason' } }])
    expectSameCommitments(a, b)
    expect(computeBalance(b.channel).localMsat).toBe(70_000_000n)

    a.handle({ type: 'close' })
    pair.pump()
    expect([a.state.kind, b.state.kind]).toEqual(['closing', 'closing'])
    pair.mineReady(1)
    expect(a.notified('ended')).toMatchObject([{ by: 'mutual-close' }])
    expect(pair.chain.balanceOf(b.walletScript)).toBe(70_000n)
    pair.mineEmpty(12)
    expect([a.state.kind, b.state.kind]).toEqual(['closed', 'closed'])
  })
})
