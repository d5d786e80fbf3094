import { bytesToHex } from '@ply/bytes'
import { invalidBlock } from '@ply/consensus'
import { describe, expect, it } from 'vitest'
import { createBlock, FakeNode } from '../test/fakeNode.ts'
import { Simulation } from '../test/simulation.ts'
import { DOWNLOAD_WINDOW } from './blockDownload.ts'

const START = 1_700_000_000
const tipOf = (node: FakeNode): string => bytesToHex(node.chain.tip().hash)

describe('headers-first sync', () => {
  it('fetches 2500 headers in two batches and all blocks', () => {
    const sim = new Simulation(1, (START + 3000) * 1000)
    const [a, b] = [new FakeNode(1), new FakeNode(2)]
    a.mine(2500, START)
    sim.connect(b, a)
    sim.settle()
    expect(b.chain.tip().height).toBe(2500)
    expect(tipOf(b)).toBe(tipOf(a))
    expect(b.manager.stats().blocksInFlight).toBe(0)
    expect(b.manager.peers()[0]).toMatchObject({ ready: true, syncedHeaders: 2500, startHeight: 2500 })
  })

  it('syncs from an inbound peer too, in the middle of a line of three, far in the past', () => {
    const sim = new Simulation(2, (START + 90 * 86_400) * 1000)
    const nodes = [new FakeNode(1), new FakeNode(2), new FakeNode(3)] as const
    nodes[0].mine(500, START)
    sim.connect(nodes[0], nodes[1])
    sim.settle()
    sim.connect(nodes[1], nodes[2])
    sim.settle()
    sim.advance(nodes, 10_000)
    for (const node of nodes) expect(tipOf(node)).toBe(tipOf(nodes[0]))
  })

  it('never has more than 16 blocks in flight with one peer', () => {
    const sim = new Simulation(3, (START + 600) * 1000)
    const [a, b] = [new FakeNode(1), new FakeNode(2)]
    a.mine(100, START)
    b.held = []
    sim.connect(b, a)
    sim.settle()
    expect(b.manager.stats().blocksInFlight).toBe(0)
    const headers = b.held.splice(0)
    expect(headers.map((effect) => effect.type)).toEqual(['process-headers'])
    headers.forEach((effect) => sim.process(b, effect))
    sim.settle()
    expect(b.held.map((effect) => effect.type)).toEqual(['process-block'])
    expect(b.manager.stats().blocksInFlight).toBe(16)
  })

  it('asks another peer for the blocks of one that left', () => {
    const sim = new Simulation(4, (START + 600) * 1000)
    const [a, b, c] = [new FakeNode(1), new FakeNode(2), new FakeNode(3)]
    const blocks = a.mine(50, START)
    for (const block of blocks) c.chain.acceptBlock(block)
    const [toA] = sim.connect(b, a)
    sim.connect(b, c)
    a.held = []
    sim.settle()
    sim.disconnect(b, toA)
    sim.settle()
    sim.advance([b, c], 3000)
    expect(tipOf(b)).toBe(tipOf(c))
  })
})

describe('announcements', () => {
  it('tells of a new block by headers, and it is fetched and passed on', () => {
    const sim = new Simulation(5, (START + 60) * 1000)
    const nodes = [new FakeNode(1), new FakeNode(2), new FakeNode(3)] as const
    nodes[0].mine(5, START)
    sim.connect(nodes[1], nodes[0])
    sim.connect(nodes[2], nodes[1])
    sim.settle()
    nodes[0].mine(1, START + 30)
    sim.push(nodes[0], { type: 'tip-changed' })
    sim.settle()
    expect(nodes[2].chain.tip().height).toBe(6)
    const sent = nodes[0].manager.peers()[0]!.bytesSent
    expect(sent['headers']).toBeGreaterThan(0)
    expect(sent['inv']).toBeUndefined()
  })

  it('follows a longer branch from further back than the download window', () => {
    const sim = new Simulation(9, (START + 3600) * 1000)
    const [a, b] = [new FakeNode(1), new FakeNode(2)]
    a.mine(DOWNLOAD_WINDOW + 20, START)
    b.mine(DOWNLOAD_WINDOW + 21, START, 1)
    sim.connect(a, b)
    sim.settle(400_000)
    sim.advance([a, b], 5000)
    expect(tipOf(a)).toBe(tipOf(b))
  })

  it('heals a partition: the side with less work reorganises', () => {
    const sim = new Simulation(6, (START + 600) * 1000)
    const [a, b] = [new FakeNode(1), new FakeNode(2)]
    const [out] = sim.connect(a, b)
    sim.settle()
    a.mine(3, START, 1)
    sim.push(a, { type: 'tip-changed' })
    sim.settle()
    expect(tipOf(b)).toBe(tipOf(a))
    sim.disconnect(a, out)
    sim.settle()
    a.mine(10, START + 10, 2)
    b.mine(25, START + 10, 3)
    sim.push(a, { type: 'tip-changed' })
    sim.push(b, { type: 'tip-changed' })
    sim.connect(a, b)
    sim.settle()
    sim.advance([a, b], 5000)
    expect(a.chain.tip().height).toBe(28)
    expect(tipOf(a)).toBe(tipOf(b))
  })

  it('answers a header that does not connect with getheaders', () => {
    const sim = new Simulation(7, (START + 600) * 1000)
    const [a, b] = [new FakeNode(1), new FakeNode(2)]
    const [, inbound] = sim.connect(a, b)
    sim.settle()
    // b learns of the last block of a branch whose first blocks it never saw.
    a.mine(4, START, 4)
    const orphan = createBlock(a.chain.tip(), START + 20, 5)
    a.chain.acceptBlock(orphan)
    b.manager.handle({ type: 'tick' }, sim.now)
    sim.push(a, { type: 'tip-changed' })
    sim.settle()
    expect(tipOf(b)).toBe(tipOf(a))
    expect(b.manager.peers().find((peer) => peer.id === inbound)?.syncedHeaders).toBe(5)
  })
})

describe('peers that break rules', () => {
  it('discourages one that serves an invalid header chain', () => {
    const sim = new Simulation(8, (START + 600) * 1000)
    const [a, b] = [new FakeNode(1), new FakeNode(2)]
    a.mine(3, START)
    b.chain.acceptHeader = () => invalidBlock('invalid-header', 'high-hash')
    sim.connect(b, a)
    sim.settle()
    expect(b.log).toContain('disconnect invalid-headers (discouraged)')
  })

  it('bears a clock that is off, and a manual peer', () => {
    for (const [failure, kind] of [
      ['time-future', 'outbound'],
      ['invalid-header', 'manual'],
    ] as const) {
      const sim = new Simulation(9, (START + 600) * 1000)
      const [a, b] = [new FakeNode(1), new FakeNode(2)]
      a.mine(3, START)
      b.chain.acceptHeader = () => invalidBlock(failure, failure)
      sim.connect(b, a, kind)
      sim.settle()
      expect(b.manager.peers()).toHaveLength(1)
    }
  })

  it('drops a peer whose missing block keeps the download window from moving', () => {
    const sim = new Simulation(11, (START + 2000) * 1000)
    const [a, b, c] = [new FakeNode(1), new FakeNode(2), new FakeNode(3)]
    for (const block of a.mine(1100, START)) c.chain.acceptBlock(block)
    a.chain.hasBlock = () => false
    sim.connect(b, a)
    sim.settle()
    expect(b.manager.stats().blocksInFlight).toBe(16)
    sim.connect(b, c)
    sim.settle()
    expect(b.chain.tip().height).toBe(0)
    expect(b.chain.blocks.size).toBe(1 + 1024 - 16)
    sim.advance([a, b, c], 2000)
    expect(b.log).not.toContain('disconnect block-stalling')
    sim.advance([a, b, c], 2000)
    expect(b.log).toContain('disconnect block-stalling')
    expect(tipOf(b)).toBe(tipOf(c))
  })

  it('drops a peer that holds up the download', () => {
    const sim = new Simulation(10, (START + 600) * 1000)
    const b = new FakeNode(2)
    const a = new FakeNode(1)
    a.mine(20, START)
    a.chain.hasBlock = () => false
    sim.connect(b, a)
    sim.settle()
    expect(b.manager.stats().blocksInFlight).toBe(16)
    sim.advance([a, b], 15 * 60_000, 60_000)
    expect(b.log).toContain('disconnect block-timeout')
    expect(b.manager.stats().blocksInFlight).toBe(0)
  })
})
