import { describe, expect, it } from 'vitest'
import { createSignedLocalCommitment } from '../commitment/signing.ts'
import { ChannelPair } from '../test/pair.ts'

describe('reorganisations', () => {
  it('a funding transaction that loses its place keeps the channel, and finds a new one', () => {
    const pair = new ChannelPair().open()
    const { fundingLocation } = pair.a.channel
    pair.a.handle({ type: 'block-disconnected', height: fundingLocation!.height })
    expect(pair.a.channel.fundingLocation).toBeUndefined()
    expect([...pair.a.published.values()].map(({ kind }) => kind)).toEqual(['funding'])
    const transaction = pair.a.channel.fundingTransaction!
    pair.a.handle({ type: 'block-connected', height: pair.chain.height, transactions: [{ transaction, txIndex: 4 }] })
    expect(pair.a.channel.fundingLocation).toEqual({ height: pair.chain.height, txIndex: 4 })
    expect(pair.a.state.kind).toBe('normal')
  })

  it('a force close that is disconnected is published again, and nothing is settled twice', () => {
    const pair = new ChannelPair().open()
    pair.pay(pair.a, 1, 10_000_000)
    pair.pay(pair.a, 2, 200_000)
    pair.a.handle({ type: 'force-close', reason: 'test' })
    pair.mineReady(5)
    expect(pair.a.settled('failed').map(({ id }) => id)).toEqual([1n])
    const confirmedAt = pair.chain.height - 4
    pair.a.published.clear()
    pair.a.handle({ type: 'block-disconnected', height: confirmedAt })
    expect([...pair.a.published.values()].map(({ kind }) => kind)).toContain('commitment')
    const { signed } = createSignedLocalCommitment(
      pair.a.channel,
      pair.a.channel.commitments.localCommit,
      pair.a.signer,
    )
    const block = {
      type: 'block-connected',
      height: confirmedAt,
      transactions: [{ transaction: signed, txIndex: 1 }],
    } as const
    pair.a.handle(block)
    expect(pair.a.settled('failed').length).toBe(1)
    expect(pair.a.notified('ended').length).toBe(2)
  })

  it('another commitment may confirm after a reorganisation', () => {
    const pair = new ChannelPair({ pushMsat: 200_000_000 }).open()
    const commitments = [pair.a, pair.b].map(
      (node) => createSignedLocalCommitment(node.channel, node.channel.commitments.localCommit, node.signer).signed,
    )
    const height = pair.chain.height + 1
    const blockOf = (transaction: (typeof commitments)[number]) =>
      ({ type: 'block-connected', height, transactions: [{ transaction, txIndex: 1 }] }) as const
    pair.a.handle(blockOf(commitments[0]!))
    pair.a.handle({ type: 'block-disconnected', height })
    pair.a.handle(blockOf(commitments[1]!))
    expect(pair.a.notified('ended').map(({ by }) => by)).toEqual(['local-commitment', 'remote-commitment'])
  })
})
