import { createRandom } from '@ply/testkit'
import { bench, describe } from 'vitest'
import { NetworkGraph } from '../graph/networkGraph.ts'
import { addTestChannel, NOW, testNode } from '../test/graphFixture.ts'
import { findRoute } from './findRoute.ts'

const random = createRandom(1)
const nodes = Array.from({ length: 2000 }, (_, n) => testNode(n))
const graph = new NetworkGraph()
for (let n = 0; n < 10_000; n++) {
  // Few nodes have most channels, as in the real network.
  const a = nodes[Math.floor(random.next() ** 3 * nodes.length)]!
  const b = nodes[random.below(nodes.length)]!
  if (a === b) continue
  const terms = () => ({ base: random.below(2000), ppm: random.below(1000), delta: 18 + random.below(126) })
  addTestChannel(graph, n, { a, b, forth: terms(), back: terms(), capacity: 5_000_000n })
}

describe('findRoute over 10 000 channels', () => {
  bench('a random pair', () => {
    const source = random.pick(nodes).key
    const target = random.pick(nodes).key
    findRoute({ graph, source, target, amountMsat: 50_000_000n, finalCltvDelta: 18, maxFeeMsat: 10_000_000n, now: NOW })
  })
})
