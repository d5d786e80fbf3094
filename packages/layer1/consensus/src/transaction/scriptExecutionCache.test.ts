import { expect, test } from 'vitest'
import { sats, type Transaction, type Txid } from '@ply/primitives'
import { ScriptExecutionCache } from './scriptExecutionCache.ts'

const SALT = new Uint8Array(32).fill(7)

const transaction = (lockTime: number, witness: readonly Uint8Array[] = []): Transaction => ({
  version: 2,
  inputs: [
    { prevout: { txid: new Uint8Array(32) as Txid, index: 0 }, scriptSig: new Uint8Array(0), sequence: 0, witness },
  ],
  outputs: [{ value: sats(1), scriptPubKey: Uint8Array.of(0x51) }],
  lockTime,
})

test('knows a transaction by witness and flags', () => {
  const cache = new ScriptExecutionCache(SALT)
  const tx = transaction(1, [Uint8Array.of(1)])
  expect(cache.has(tx, 5)).toBe(false)
  cache.add(tx, 5)
  expect(cache.has({ ...tx }, 5)).toBe(true)
  expect(cache.has(tx, 4)).toBe(false)
  // The same txid with another witness says nothing about this one.
  expect(cache.has(transaction(1, [Uint8Array.of(2)]), 5)).toBe(false)
})

test('stays within its bound, and forgets the oldest first', () => {
  const cache = new ScriptExecutionCache(SALT, 10)
  for (let i = 0; i < 100; i++) {
    cache.add(transaction(i), 0)
    expect(cache.size).toBeLessThanOrEqual(10)
  }
  expect([89, 90, 95, 99].map((i) => cache.has(transaction(i), 0))).toEqual([false, true, true, true])
})

test('a transaction that is added again takes no second place', () => {
  const cache = new ScriptExecutionCache(SALT, 10)
  for (let i = 0; i < 3; i++) cache.add(transaction(1), 0)
  expect(cache.size).toBe(1)
})
