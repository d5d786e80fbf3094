import { bytesToHex } from '@ply/bytes'
import { computeTxid, computeWtxid, type Transaction } from '@ply/primitives'
import { expect, test } from 'vitest'
import { coin, createTx, FakeMempool, FakeNode } from '../test/fakeNode.ts'
import { Simulation } from '../test/simulation.ts'
import { orderAnnouncements } from './announcementOrder.ts'

const keyOf = (tx: Transaction): string => bytesToHex(computeWtxid(tx))

test('the highest feerate comes first, but parents before their children; what left the pool is told apart', () => {
  const pool = new FakeMempool()
  const [poor, rich, left] = [createTx([coin(1)]), createTx([coin(2)]), createTx([coin(3)])]
  const child = createTx([{ txid: computeTxid(poor), index: 0 }])
  const feeRates = new Map([
    [poor, 1n],
    [rich, 500n],
    [child, 9000n],
  ])
  for (const tx of [poor, rich, child]) pool.accept(tx)
  const found = pool.byWtxid.bind(pool)
  pool.byWtxid = (wtxid) => {
    const entry = found(wtxid)
    return entry && { ...entry, feeRate: feeRates.get(entry.tx)! }
  }
  const { entries, gone } = orderAnnouncements(pool, [rich, left, child, poor].map(keyOf))
  expect(entries.map(({ key }) => key)).toEqual([poor, child, rich].map(keyOf))
  expect(gone).toEqual([keyOf(left)])
})

test('what waits for many peers is put in order once for all of them', () => {
  const sim = new Simulation(1)
  const node = new FakeNode(1, { inboundTrickle: 60_000 })
  const peers = Array.from({ length: 20 }, (_, i) => new FakeNode(2 + i))
  for (const peer of peers) sim.connect(peer, node)
  sim.settle()
  const transactions = Array.from({ length: 50 }, (_, i) => createTx([coin(i)]))
  for (const tx of transactions) sim.submit(node, tx)
  sim.settle()
  let lookups = 0
  const found = node.mempool.byWtxid.bind(node.mempool)
  node.mempool.byWtxid = (wtxid) => {
    lookups++
    return found(wtxid)
  }
  sim.now += 600_000
  const sent = node.manager.handle({ type: 'tick' }, sim.now).filter(({ type }) => type === 'send')
  expect(sent.filter((effect) => effect.type === 'send' && effect.command === 'inv')).toHaveLength(20)
  expect(lookups).toBe(50)
})
