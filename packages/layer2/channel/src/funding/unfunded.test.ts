import { expect, it } from 'vitest'
import { utf8ToBytes } from '@ply/bytes'
import type { TestNode } from '../test/node.ts'
import { ChannelPair } from '../test/pair.ts'
import { FUNDING_TIMEOUT_BLOCKS } from './fundingEffects.ts'

/** An accepter whose peer has not published the funding transaction. */
function unfunded(): ChannelPair {
  const pair = new ChannelPair()
  pair.start()
  pair.a.handle({ type: 'funding-ready', transaction: pair.fundingTransaction(), outputIndex: 1 })
  pair.pump()
  return pair
}

const blockAt = (node: TestNode, height: number): void => {
  node.handle({ type: 'block-connected', height, transactions: [] })
}

it.each(['error', 'shutdown'] as const)('a channel without funding is forgotten also after %s', (type) => {
  const { b } = unfunded()
  const { channelId, createdAt } = b.channel
  b.handle({
    type: 'message',
    message:
      type === 'error'
        ? { type, channelId, data: utf8ToBytes('changed my mind') }
        : { type, channelId, scriptpubkey: Uint8Array.of(0, 20, ...new Uint8Array(20)) },
  })
  expect(['closing', 'negotiating', 'shutdown']).toContain(b.state.kind)
  blockAt(b, createdAt + FUNDING_TIMEOUT_BLOCKS)
  expect(b.state.kind).not.toBe('closed')
  blockAt(b, createdAt + FUNDING_TIMEOUT_BLOCKS + 1)
  expect(b.state.kind).toBe('closed')
})

it('a closing channel whose funding confirms late is kept', () => {
  const pair = unfunded()
  const { a, b } = pair
  const { channelId, createdAt } = b.channel
  b.handle({ type: 'message', message: { type: 'error', channelId, data: utf8ToBytes('changed my mind') } })
  const transaction = a.channel.fundingTransaction!
  const height = createdAt + 10
  b.handle({ type: 'block-connected', height, transactions: [{ transaction, txIndex: 1 }] })
  blockAt(b, createdAt + FUNDING_TIMEOUT_BLOCKS + 1)
  expect(b.state.kind).toBe('closing')
})
