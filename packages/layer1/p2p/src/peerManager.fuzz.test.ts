import { computeTxid } from '@ply/primitives'
import { expect, test } from 'vitest'
import { NODE_BLOOM, NODE_COMPACT_FILTERS, NODE_NETWORK, NODE_WITNESS, PrivateBroadcast } from './index.ts'
import { Chaos, NOTHING } from './test/chaos.ts'
import { coin, createTx, FakeNode } from './test/fakeNode.ts'
import { Simulation } from './test/simulation.ts'

const RUNS = Number(process.env['PLY_FUZZ_RUNS'] ?? 12)
const FIRST = Number(process.env['PLY_FUZZ_SEED'] ?? 1)
const START = 1_700_000_000_000

test('whatever peers do, the machine keeps its word; an honest peer finds it in order afterwards', () => {
  for (let seed = FIRST; seed < FIRST + RUNS; seed++) {
    const sim = new Simulation(seed, START)
    const services = NODE_NETWORK | NODE_WITNESS | NODE_COMPACT_FILTERS | NODE_BLOOM
    const privateBroadcast = new PrivateBroadcast()
    for (let n = 0; n < 3; n++) privateBroadcast.add(createTx([coin(90_000 + n)]), START)
    const minimumChainWork = seed % 3 === 0 ? 20n : 0n
    const node = new FakeNode(seed, { services, minimumChainWork, privateBroadcast })
    const chaos = new Chaos(node, seed, START)
    for (let step = 0; step < 500; step++) chaos.step()
    chaos.end()
    // Nothing that was asked of those peers, and nothing they sent, keeps it from following a better chain.
    node.chain.ibd = false
    const honest = new FakeNode(10_000 + seed)
    honest.mine(node.chain.best.height + 30, chaos.now / 1000 - 10_000, 222)
    sim.now = chaos.now + 1000
    sim.connect(node, honest)
    sim.advance([node, honest], 10_000)
    expect(node.chain.tip().height, `seed ${seed}`).toBe(honest.chain.tip().height)
    const tx = createTx([coin(70_000 + seed)], 1, 3)
    sim.submit(honest, tx)
    sim.advance([node, honest], 60_000)
    expect(node.mempool.byTxid(computeTxid(tx)), `seed ${seed}`).toBeDefined()
    sim.disconnect(node, 1)
    sim.settle()
    expect(node.manager.stats(), `seed ${seed}`).toEqual(NOTHING)
  }
})
