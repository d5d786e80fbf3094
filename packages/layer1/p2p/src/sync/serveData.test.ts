import { REGTEST, type Txid } from '@ply/primitives'
import { expect, test } from 'vitest'
import { encodeMessage, encodeV1, type Message, type PeerEffect, type PeerEvent } from '../index.ts'
import { FakeNode, storedBlock } from '../test/fakeNode.ts'

const NOW = 1_700_000_600_000
const nowhere = { services: 0n, ip: new Uint8Array(16), port: 0 }

/** Gives the node an event and the blocks that it loads on it; what it sends meanwhile. */
function handle(node: FakeNode, event: PeerEvent): string[] {
  const sent: string[] = []
  const waiting: PeerEvent[] = [event]
  const take = (effect: PeerEffect): void => {
    if (effect.type === 'send') sent.push(effect.command)
    if (effect.type !== 'load-block') return
    const { peer, hash } = effect
    waiting.push({ type: 'block-loaded', peer, hash, bytes: storedBlock(node, hash) })
  }
  for (let next = waiting.shift(); next; next = waiting.shift()) node.manager.handle(next, NOW).forEach(take)
  return sent
}

function receive(node: FakeNode, message: Message): string[] {
  const bytes = encodeV1(REGTEST.magic, message.command, encodeMessage(message))
  return handle(node, { type: 'bytes-received', peer: 1, bytes })
}

test('what is missing is told of behind the next block, not at the very end', () => {
  const node = new FakeNode(1)
  const [first, second] = node.mine(2, 1_700_000_000).map((block) => node.chain.header(block.header.previousBlockHash)!)
  handle(node, { type: 'peer-connected', peer: 1, kind: 'inbound' })
  const shared = { services: 9n, time: 0n, receiver: nowhere, sender: nowhere, nonce: 7n, startHeight: 0, relay: true }
  receive(node, { command: 'version', version: 70016, userAgent: '/x/', ...shared })
  receive(node, { command: 'verack' })
  const block = (entry = first) => ({ type: 2, hash: entry!.hash })
  const unknown = (fill: number) => ({ type: 1, hash: new Uint8Array(32).fill(fill) as Txid })
  const items = [block(), unknown(1), unknown(2), block(second), unknown(3)]
  expect(receive(node, { command: 'getdata', items })).toEqual(['block', 'block', 'notfound', 'notfound'])
})
