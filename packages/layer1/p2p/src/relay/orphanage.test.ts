import { computeTxid, computeWtxid, type Transaction } from '@ply/primitives'
import { createRandom } from '@ply/testkit'
import { describe, expect, it } from 'vitest'
import { coin, createBlock, createTx, FakeChain } from '../test/fakeNode.ts'
import { Orphanage } from './orphanage.ts'
import { MAX_LATENCY_SCORE, RESERVED_WEIGHT } from './orphanUse.ts'

const create = (seed = 1) => {
  const random = createRandom(seed)
  return new Orphanage({ log: () => undefined, random: () => random.below(1000) / 1000 })
}
const child = (parent: Transaction, salt = 0): Transaction =>
  createTx([{ txid: computeTxid(parent), index: 0 }], 1, salt)

describe('the orphanage', () => {
  it('keeps within its bounds and evicts from the peer that takes most', () => {
    const orphanage = create()
    const honest = createTx([coin(9999)])
    orphanage.add(honest, 1)
    for (let n = 0; n < MAX_LATENCY_SCORE + 100; n++) orphanage.add(createTx([coin(n)]), 2)
    expect(orphanage.size).toBe(MAX_LATENCY_SCORE)
    expect(orphanage.has(computeWtxid(honest), 1)).toBe(true)
    orphanage.disconnected(2)
    expect(orphanage.size).toBe(1)
    orphanage.disconnected(1)
    expect(orphanage.weight).toBe(0)
  })

  it('bounds the weight by the number of peers', () => {
    const orphanage = create()
    // 100 kvB in outputs each.
    for (let n = 0; n < 5; n++) orphanage.add(createTx([coin(n)], 9000), 1)
    expect(orphanage.weight).toBeLessThanOrEqual(RESERVED_WEIGHT)
    const before = orphanage.size
    orphanage.add(createTx([coin(7)], 9000), 2)
    expect(orphanage.size).toBe(before + 1)
  })

  it('counts what a witness of many small items takes in memory', () => {
    const orphanage = create()
    const withItems = (n: number, count: number): Transaction => {
      const tx = createTx([coin(n)])
      const witness = Array.from({ length: count }, () => Uint8Array.of(1))
      return { ...tx, inputs: tx.inputs.map((input) => ({ ...input, witness })) }
    }
    orphanage.add(withItems(0, 20_000), 1)
    expect(orphanage.size).toBe(0)
    for (let n = 1; n <= 10; n++) orphanage.add(withItems(n, 5000), 1)
    expect(orphanage.size).toBe(2)
  })

  it('makes room for a large orphan by many small ones, and gives all back', () => {
    const orphanage = create()
    const small = Array.from({ length: 2900 }, (_, n) => createTx([coin(n)]))
    for (const tx of small) orphanage.add(tx, 1)
    expect(orphanage.size).toBeLessThan(2900)
    const before = orphanage.size
    orphanage.add(createTx([coin(5000)], 9000), 1)
    expect(orphanage.size).toBeLessThan(before / 5)
    expect(orphanage.weight).toBeLessThanOrEqual(RESERVED_WEIGHT)
    // The oldest went.
    expect(orphanage.has(computeWtxid(small.at(-1)!))).toBe(true)
    orphanage.disconnected(1)
    expect([orphanage.size, orphanage.weight, orphanage.withReconsiderable()]).toEqual([0, 0, []])
  })

  it('keeps an orphan as long as one peer is there that has it', () => {
    const orphanage = create()
    const tx = createTx([coin(1)])
    for (const peer of [1, 2]) orphanage.add(tx, peer)
    expect([...orphanage.entries()]).toEqual([{ tx, from: [1, 2] }])
    orphanage.disconnected(1)
    expect(orphanage.has(computeWtxid(tx), 1)).toBe(false)
    expect(orphanage.has(computeWtxid(tx), 2)).toBe(true)
  })

  it('gives an orphan out once when a parent came', () => {
    const orphanage = create()
    const parent = createTx([coin(1)])
    const tx = child(parent)
    for (const peer of [1, 2, 3]) orphanage.add(tx, peer)
    orphanage.parentArrived(parent)
    orphanage.parentArrived(parent)
    const [chosen] = orphanage.withReconsiderable()
    expect(orphanage.takeReconsiderable(chosen!)).toBe(tx)
    for (const peer of [1, 2, 3]) expect(orphanage.takeReconsiderable(peer)).toBeUndefined()
  })

  it('finds children of the same peer, the newest first', () => {
    const orphanage = create()
    const parent = createTx([coin(1)])
    const [first, second, foreign] = [child(parent, 1), child(parent, 2), child(parent, 3)]
    orphanage.add(first, 1)
    orphanage.add(second, 1)
    orphanage.add(foreign, 2)
    expect(orphanage.childrenFrom(1, parent)).toEqual([second, first])
  })

  it('drops what a block contains or conflicts with', () => {
    const orphanage = create()
    const [kept, confirmed, conflicting] = [createTx([coin(1)]), createTx([coin(2)]), createTx([coin(3)], 1, 1)]
    for (const tx of [kept, confirmed, conflicting]) orphanage.add(tx, 1)
    orphanage.removeForBlock(createBlock(new FakeChain().tip(), 0, 0, [confirmed, createTx([coin(3)], 1, 2)]))
    expect([...orphanage.entries()].map(({ tx }) => tx)).toEqual([kept])
  })
})
