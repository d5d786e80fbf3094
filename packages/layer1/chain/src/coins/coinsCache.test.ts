import { expect, test } from 'vitest'
import { InvariantError, unwrap } from '@ply/bytes'
import type { Coin } from '@ply/consensus'
import { type OutPoint, sats, type Txid } from '@ply/primitives'
import { coinKey, CoinsCache, encodeCoin } from '../index.ts'

const at = (index: number): OutPoint => ({ txid: new Uint8Array(32) as Txid, index })
const coin = (value: number, isCoinbase = false): Coin => ({
  output: { value: sats(value), scriptPubKey: Uint8Array.of(0x51) },
  height: 7,
  isCoinbase,
})
const put = (index: number, value: Coin): unknown => ({
  type: 'put',
  key: coinKey(at(index)),
  value: encodeCoin(value),
})
const del = (index: number): unknown => ({ type: 'del', key: coinKey(at(index)) })

test('asks for what it does not know, and to guess is a bug', () => {
  const cache = new CoinsCache()
  expect(cache.missing([at(0), at(1)])).toEqual([at(0), at(1)])
  unwrap(cache.load(at(0), encodeCoin(coin(5))))
  unwrap(cache.load(at(1), undefined))
  expect(cache.missing([at(0), at(1), at(2)])).toEqual([at(2)])
  expect(cache.get(at(0))).toEqual(coin(5))
  expect(cache.get(at(1))).toBeUndefined()
  expect(() => cache.get(at(2))).toThrow(InvariantError)
  expect(cache.load(at(3), Uint8Array.of(0))).toMatchObject({ ok: false, error: { code: 'end-of-data' } })
})

test('writes each change once', () => {
  const cache = new CoinsCache()
  unwrap(cache.load(at(0), encodeCoin(coin(5))))
  cache.apply({ spent: [at(0)], created: [[at(1), coin(4)]] })
  expect(cache.dirtyCount).toBe(2)
  expect([...cache.changes()]).toEqual([
    [at(0), undefined],
    [at(1), coin(4)],
  ])
  expect([...cache.flush()]).toEqual([del(0), put(1, coin(4))])
  expect([...cache.flush()]).toEqual([])
  expect(cache.dirtyCount).toBe(0)
  expect(cache.get(at(1))).toEqual(coin(4))
})

test('a coin that comes and goes between two batches is never written', () => {
  const cache = new CoinsCache()
  cache.apply({ spent: [], created: [[at(1), coin(4)]] })
  cache.apply({ spent: [at(1)], created: [] })
  expect([...cache.flush()]).toEqual([])
  cache.apply({ spent: [], created: [[at(1), coin(4)]] })
  expect([...cache.flush()]).toEqual([put(1, coin(4))])
  cache.apply({ spent: [at(1)], created: [] })
  cache.apply({ spent: [], created: [[at(1), coin(4)]] })
  cache.apply({ spent: [at(1)], created: [] })
  expect([...cache.flush()]).toEqual([del(1)])
})

test('a coinbase may lie over a coin that was never looked up', () => {
  const cache = new CoinsCache()
  cache.apply({ spent: [], created: [[at(1), coin(4, true)]] })
  cache.apply({ spent: [at(1)], created: [] })
  expect([...cache.flush()]).toEqual([del(1)])
})

test('a late answer of the store does not undo a change', () => {
  const cache = new CoinsCache()
  unwrap(cache.load(at(0), encodeCoin(coin(5))))
  cache.apply({ spent: [at(0)], created: [] })
  unwrap(cache.load(at(0), encodeCoin(coin(5))))
  expect(cache.get(at(0))).toBeUndefined()
})

test('evicts what it could read again, oldest first', () => {
  const cache = new CoinsCache()
  for (let i = 0; i < 5; i++) unwrap(cache.load(at(i), encodeCoin(coin(i))))
  cache.apply({ spent: [at(0)], created: [] })
  cache.evict(cache.bytes / 2)
  expect([0, 1, 2, 3, 4].map((i) => cache.has(at(i)))).toEqual([true, false, false, false, true])
  cache.clear()
  expect(cache.size).toBe(0)
  expect(cache.bytes).toBe(0)
})

test('knows its size in bytes through all changes', () => {
  const cache = new CoinsCache()
  const before = cache.bytes
  unwrap(cache.load(at(0), encodeCoin(coin(5))))
  const one = cache.bytes
  expect(one).toBeGreaterThan(before)
  cache.apply({ spent: [], created: [[at(1), coin(4)]] })
  expect(cache.bytes).toBe(2 * one)
  cache.apply({ spent: [at(0), at(1)], created: [] })
  // The spent coin of the store is still to be deleted there.
  expect(cache.bytes).toBeLessThan(one)
  expect(cache.bytes).toBeGreaterThan(0)
  expect([...cache.flush()]).toEqual([del(0)])
  expect(cache.bytes).toBe(0)
})
