import { concatBytes, ok } from '@ply/bytes'
import { type Block, computeBlockHash, REGTEST } from '@ply/primitives'
import { expect, test } from 'vitest'
import { encodeMessage, encodeV1, type Message, type PeerEffect } from '../index.ts'
import { createBlock, FakeNode } from '../test/fakeNode.ts'
import { Simulation } from '../test/simulation.ts'

const NOW = 1_700_000_000_000
const frame = (message: Message): Uint8Array => encodeV1(REGTEST.magic, message.command, encodeMessage(message))

/** A node that a peer sent these blocks at once, with a ping behind them, and what the node did of it. */
function receive(count: number, { syncing }: { readonly syncing: boolean }) {
  const sim = new Simulation(1, NOW)
  const [node, other] = [new FakeNode(1), new FakeNode(2)]
  const [, peer] = sim.connect(other, node)
  sim.settle()
  node.chain.ibd = syncing
  node.held = []
  const blocks: Block[] = []
  let previous = node.chain.tip()
  for (let i = 0; i < count; i++) {
    const block = createBlock(previous, NOW / 1000)
    blocks.push(block)
    previous = { ...previous, hash: computeBlockHash(block.header), header: block.header, height: previous.height + 1 }
  }
  const messages: Message[] = [
    ...blocks.map((block) => ({ command: 'block' as const, block })),
    { command: 'ping', nonce: 7n },
  ]
  const bytes = concatBytes(...messages.map(frame))
  const given = node.manager.handle({ type: 'bytes-received', peer, bytes }, NOW)
  const processed = (block: Block): PeerEffect[] =>
    node.manager.handle(
      { type: 'block-processed', peer, hash: computeBlockHash(block.header), verdict: ok(undefined) },
      NOW,
    )
  return { blocks, given, processed }
}

const counts = (effects: readonly PeerEffect[]) => ({
  blocks: effects.filter(({ type }) => type === 'process-block').length,
  pongs: effects.filter((effect) => effect.type === 'send' && effect.command === 'pong').length,
})

test('in initial download some blocks go to the chain at once; what is behind them waits for the last verdict', () => {
  const { blocks, given, processed } = receive(6, { syncing: true })
  expect(counts(given)).toEqual({ blocks: 4, pongs: 0 })
  // Also where the verdicts come in another order.
  expect(counts(processed(blocks[1]!))).toEqual({ blocks: 1, pongs: 0 })
  expect(counts(processed(blocks[0]!))).toEqual({ blocks: 1, pongs: 0 })
  for (const block of blocks.slice(2, 5)) expect(counts(processed(block))).toEqual({ blocks: 0, pongs: 0 })
  // A verdict that nobody waits for is none.
  expect(counts(processed(blocks[0]!))).toEqual({ blocks: 0, pongs: 0 })
  expect(counts(processed(blocks[5]!))).toEqual({ blocks: 0, pongs: 1 })
})

test('afterwards each block waits for the verdict on the one before', () => {
  const { blocks, given, processed } = receive(3, { syncing: false })
  expect(counts(given)).toEqual({ blocks: 1, pongs: 0 })
  expect(counts(processed(blocks[0]!))).toEqual({ blocks: 1, pongs: 0 })
})
