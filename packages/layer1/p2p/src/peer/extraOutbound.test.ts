import { describe, expect, it } from 'vitest'
import type { ConnectionKind } from '../index.ts'
import { FakeNode } from '../test/fakeNode.ts'
import { Simulation } from '../test/simulation.ts'

const NOW = 1_700_000_000_000

function connected(kind: ConnectionKind, count: number) {
  const sim = new Simulation(1, NOW)
  const node = new FakeNode(1)
  const others = Array.from({ length: count }, (_, i) => new FakeNode(2 + i))
  const ids = others.map((other) => sim.connect(node, other, kind)[0])
  sim.settle()
  return { sim, node, others, ids }
}
const left = (node: FakeNode) => node.manager.peers().map(({ id }) => id)

describe('one connection more than we want', () => {
  it('full-relay: who announced a block longest ago goes, the youngest among equals', () => {
    const { sim, node, others, ids } = connected('outbound', 9)
    // Four are protected: they showed as much work as we have.
    sim.advance([node], 44_000)
    expect(left(node)).toEqual(ids)
    sim.advance([node], 60_000)
    expect(left(node)).toEqual(ids.slice(0, 8))
    expect(node.log).toContain(`disconnecting extra outbound peer=${ids[8]}`)
    expect(others).toHaveLength(9)
  })

  it('full-relay: a new block saves who told of it', () => {
    const { sim, node, others, ids } = connected('outbound', 9)
    for (const block of others[8]!.mine(1, NOW / 1000)) {
      sim.push(others[8]!, { type: 'block-connected', block })
      sim.push(others[8]!, { type: 'tip-changed' })
    }
    sim.settle()
    sim.advance([node], 120_000)
    expect(left(node)).toContain(ids[8])
    expect(left(node)).toHaveLength(8)
  })

  it('block-relay-only: the youngest goes', () => {
    const { sim, node, ids } = connected('block-relay-only', 3)
    sim.advance([node], 120_000)
    expect(left(node)).toEqual(ids.slice(0, 2))
  })

  it('inbound and manual connections do not count', () => {
    const { sim, node } = connected('manual', 10)
    sim.advance([node], 120_000)
    expect(left(node)).toHaveLength(10)
  })
})

it('notices that the tip does not move', () => {
  const { sim, node } = connected('outbound', 1)
  sim.advance([node], 60_000)
  expect(node.manager.staleTip).toBe(false)
  sim.advance([node], 45 * 60_000, 10_000)
  expect(node.manager.staleTip).toBe(true)
  expect(node.log.some((line) => line.startsWith('Potential stale tip detected'))).toBe(true)
})
