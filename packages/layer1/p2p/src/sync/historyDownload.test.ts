import { expect, test } from 'vitest'
import { NODE_NETWORK, NODE_NETWORK_LIMITED } from '../protocol.ts'
import { FakeNode } from '../test/fakeNode.ts'
import { Simulation } from '../test/simulation.ts'

const START = 1_700_000_000

/** A node that has the headers of another's 60 blocks, and the coins after the 40th. */
function startFromCoins(): { readonly miner: FakeNode; readonly node: FakeNode } {
  const [miner, node] = [new FakeNode(1), new FakeNode(2)]
  for (const block of miner.mine(60, START)) node.chain.acceptHeader(block.header)
  node.chain.assume(40)
  return { miner, node }
}

test('blocks up to the tip are asked for first, then those under the coins that came from somewhere else', () => {
  const sim = new Simulation(1, (START + 600) * 1000)
  const { miner, node } = startFromCoins()
  const order: number[] = []
  const { acceptBlock } = node.chain
  node.chain.acceptBlock = (block) => {
    const accepted = acceptBlock.call(node.chain, block)
    order.push(block.header.time)
    return accepted
  }
  sim.connect(node, miner)
  sim.settle()
  const heights = order.map((time) => miner.chain.active.findIndex(({ header }) => header.time === time))
  expect(heights.slice(0, 20)).toEqual(Array.from({ length: 20 }, (_, i) => 41 + i))
  expect(heights.slice(20)).toEqual(Array.from({ length: 40 }, (_, i) => 1 + i))
  expect(node.chain.uncheckedHistory()).toBeUndefined()
})

test('who lacks the block that the coins stand for is asked for nothing', () => {
  const sim = new Simulation(2, (START + 600) * 1000)
  const { node } = startFromCoins()
  const other = new FakeNode(3)
  other.mine(70, START + 7)
  sim.connect(node, other)
  sim.settle()
  expect(node.chain.blocks.size).toBe(1)
})

test('while old blocks are missing, peers are told so', () => {
  const sim = new Simulation(3, (START + 600) * 1000)
  const { miner, node } = startFromCoins()
  const reader = new FakeNode(3)
  reader.chain.ibd = true
  sim.connect(reader, node, 'manual')
  sim.settle()
  const [told] = reader.manager.peers()
  expect(told!.services & NODE_NETWORK).toBe(0n)
  expect(told!.services & NODE_NETWORK_LIMITED).not.toBe(0n)
  expect(reader.chain.blocks.size).toBe(1)
  sim.connect(node, miner)
  sim.settle()
  const later = new FakeNode(4)
  sim.connect(later, node)
  sim.settle()
  expect(later.manager.peers()[0]!.services & NODE_NETWORK).not.toBe(0n)
  expect(later.chain.tip().height).toBe(60)
})
