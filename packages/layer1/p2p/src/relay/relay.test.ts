import { bytesToHex } from '@ply/bytes'
import { computeTxid, computeWtxid, type Transaction } from '@ply/primitives'
import { describe, expect, it } from 'vitest'
import { encodeMessage, MSG_TX, MSG_WTX } from '../index.ts'
import { createBlock, coin, createTx, FakeNode } from '../test/fakeNode.ts'
import { Simulation } from '../test/simulation.ts'

const START = 1_700_000_000
const has = (node: FakeNode, tx: Transaction): boolean => node.mempool.txs.has(bytesToHex(computeTxid(tx)))
const child = (parent: Transaction, salt = 0): Transaction =>
  createTx([{ txid: computeTxid(parent), index: 0 }], 1, salt)

function line(seed: number, count: number): { sim: Simulation; nodes: FakeNode[] } {
  const sim = new Simulation(seed, (START + 60) * 1000)
  const nodes = Array.from({ length: count }, (_, i) => new FakeNode(10 * seed + i))
  for (let i = 1; i < count; i++) sim.connect(nodes[i]!, nodes[i - 1]!)
  sim.settle()
  return { sim, nodes }
}

describe('transaction relay', () => {
  it('carries transactions and their children along a line, in order', () => {
    const { sim, nodes } = line(1, 3)
    const parent = createTx([coin(1)])
    const grandchild = child(child(parent))
    for (const tx of [parent, child(parent), grandchild]) sim.submit(nodes[0]!, tx)
    sim.settle()
    sim.advance(nodes, 60_000)
    for (const node of nodes) expect(node.mempool.txs.size).toBe(3)
  })

  it('announces at once where the trickle is off', () => {
    const sim = new Simulation(2, (START + 60) * 1000)
    const [a, b] = [0, 1].map((i) => new FakeNode(i, { inboundTrickle: 0, outboundTrickle: 0 })) as [FakeNode, FakeNode]
    sim.connect(b, a)
    sim.settle()
    const tx = createTx([coin(1)])
    sim.submit(a, tx)
    sim.settle()
    expect(has(b, tx)).toBe(true)
  })

  it('fetches the missing parent of an orphan and then takes both', () => {
    const { sim, nodes } = line(3, 2)
    const [a, b] = nodes as [FakeNode, FakeNode]
    const parent = createTx([coin(1)])
    a.mempool.accept(parent)
    sim.submit(a, child(parent))
    sim.settle()
    sim.advance(nodes, 60_000)
    expect(has(b, parent)).toBe(true)
    expect(has(b, child(parent))).toBe(true)
    expect(b.manager.stats().orphans).toBe(0)
  })

  it('takes a parent of too low a feerate together with its child', () => {
    const { sim, nodes } = line(7, 2)
    const [a, b] = nodes as [FakeNode, FakeNode]
    const parent = { ...createTx([coin(1)]), version: 8 }
    a.mempool.acceptPackage([parent])
    sim.submit(a, child(parent))
    sim.settle()
    sim.advance(nodes, 60_000)
    expect(has(b, parent)).toBe(true)
    expect(has(b, child(parent))).toBe(true)
    expect(b.manager.orphans()).toEqual([])
    expect(b.log.some((line) => line.endsWith('package accepted'))).toBe(true)
  })

  it('honours a fee filter', () => {
    const sim = new Simulation(4, (START + 60) * 1000)
    const [a, b] = [new FakeNode(1), new FakeNode(2)]
    b.mempool.minimum = 5000n
    sim.connect(b, a)
    sim.settle()
    const tx = createTx([coin(1)])
    sim.submit(a, tx)
    sim.settle()
    sim.advance([a, b], 60_000)
    expect(has(b, tx)).toBe(false)
    expect(a.manager.peers()[0]?.feeFilter).toBeGreaterThan(4500n)
  })

  it('does not ask again for what was refused, until the tip changes', () => {
    const { sim, nodes } = line(5, 2)
    const [a, b] = nodes as [FakeNode, FakeNode]
    const bad = { ...createTx([coin(1)]), version: 9 }
    a.mempool.txs.set(bytesToHex(computeTxid(bad)), bad)
    sim.push(a, { type: 'tx-accepted', tx: bad })
    sim.settle()
    sim.advance(nodes, 30_000)
    expect(b.log.some((line) => line.endsWith('was not accepted: version'))).toBe(true)
    expect(b.manager.stats().txAnnouncements).toBe(0)
    const [peer] = b.manager.peers()
    const inv = { command: 'inv' as const, items: [{ type: MSG_WTX, hash: computeWtxid(bad) }] }
    const ask = (): boolean => {
      const link = sim.frame(b, peer!.id, inv.command, encodeMessage(inv))
      return link.some((effect) => effect.type === 'send' && effect.command === 'getdata')
    }
    expect(ask()).toBe(false)
    b.chain.acceptBlock(createBlock(b.chain.tip(), START))
    b.manager.handle({ type: 'tip-changed' }, sim.now)
    expect(ask()).toBe(true)
  })

  it('serves by txid and wtxid, and says notfound for the rest and for what is not announced yet', () => {
    const { sim, nodes } = line(6, 2)
    const [a] = nodes as [FakeNode, FakeNode]
    const tx = createTx([coin(1)])
    a.mempool.accept(tx)
    sim.advance([a], 60_000)
    const [peer] = a.manager.peers()
    const getdata = (type: number, hash: Uint8Array) =>
      sim
        .frame(a, peer!.id, 'getdata', encodeMessage({ command: 'getdata', items: [{ type, hash }] }))
        .filter((effect) => effect.type === 'send')
        .map((effect) => effect.command)
    expect(getdata(MSG_TX, computeTxid(tx))).toEqual(['tx'])
    expect(getdata(MSG_WTX, computeWtxid(tx))).toEqual(['tx'])
    expect(getdata(MSG_WTX, new Uint8Array(32))).toEqual(['notfound'])
    const fresh = createTx([coin(2)])
    a.mempool.accept(fresh)
    a.manager.handle({ type: 'tx-accepted', tx: fresh }, sim.now)
    expect(getdata(MSG_WTX, computeWtxid(fresh))).toEqual(['notfound'])
  })
})
