import { expect, test } from 'vitest'
import { sats, type Transaction } from '@ply/primitives'
import { DisconnectedTransactions } from './disconnectedTransactions.ts'

const transaction = (lockTime: number, size: number): Transaction => ({
  version: 2,
  inputs: [],
  outputs: [{ value: sats(0), scriptPubKey: new Uint8Array(size) }],
  lockTime,
})
const names = (list: readonly Transaction[]): number[] => list.map(({ lockTime }) => lockTime)

test('transactions of older blocks stand in front', () => {
  const disconnected = new DisconnectedTransactions()
  expect(disconnected.addBlock([transaction(3, 10), transaction(4, 10)])).toEqual([])
  expect(disconnected.addBlock([transaction(1, 10), transaction(2, 10)])).toEqual([])
  expect(names(disconnected.take())).toEqual([1, 2, 3, 4])
  expect(disconnected.take()).toEqual([])
})

test('beyond the bound those that were confirmed last go first', () => {
  const disconnected = new DisconnectedTransactions()
  const large = 6_000_000
  expect(disconnected.addBlock([transaction(3, large), transaction(4, large)])).toEqual([])
  expect(names(disconnected.addBlock([transaction(1, large), transaction(2, large)]))).toEqual([4])
  expect(names(disconnected.take())).toEqual([1, 2, 3])
  expect(disconnected.addBlock([transaction(5, large)])).toEqual([])
})
