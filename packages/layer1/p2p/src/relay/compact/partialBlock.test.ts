import { unwrap } from '@ply/bytes'
import { computeWtxid } from '@ply/primitives'
import { expect, test } from 'vitest'
import { coin, createBlock, createTx, FakeChain } from '../../test/fakeNode.ts'
import { createCompactBlock } from './createCompactBlock.ts'
import { PartialBlock } from './partialBlock.ts'
import { createShortIds } from './shortId.ts'

const transactions = [1, 2, 3].map((n) => createTx([coin(n)], 1, n))
const block = createBlock(new FakeChain().tip(), 1_700_000_000, 0, transactions)
const compact = createCompactBlock(block, 42n)
const none = { pool: [], extra: [] }

test('a block comes together from the pool, from what was seen, and from what is sent', () => {
  const partial = unwrap(PartialBlock.create(compact, { pool: [transactions[0]!], extra: [transactions[2]!] }))
  expect(partial.missing()).toEqual([2])
  expect(unwrap(partial.complete([transactions[1]!], true))).toEqual(block)
  expect(partial.describe(1)).toBe('1 txn prefilled, 2 txn from mempool (incl at least 1 from extra pool) and 1 txn')
})

test('what does not fit is refused', () => {
  const partial = unwrap(PartialBlock.create(compact, { pool: transactions.slice(1), extra: [] }))
  expect(partial.complete([], true)).toEqual({ ok: false, error: 'invalid' })
  expect(partial.complete([transactions[0]!, transactions[0]!], true)).toEqual({ ok: false, error: 'invalid' })
  // Another transaction than the header commits to.
  expect(partial.complete([createTx([coin(9)])], true)).toEqual({ ok: false, error: 'failed' })
})

test('prefilled places must lie within the block', () => {
  const [first] = compact.prefilled
  const place = (skip: number) => PartialBlock.create({ ...compact, prefilled: [{ ...first!, skip }] }, none)
  expect(place(3).ok).toBe(true)
  expect(place(4)).toEqual({ ok: false, error: 'invalid' })
  expect(PartialBlock.create({ ...compact, shortIds: [], prefilled: [] }, none)).toEqual({
    ok: false,
    error: 'invalid',
  })
  expect(PartialBlock.create({ ...compact, shortIds: new Array<number>(20_000).fill(1) }, none).ok).toBe(false)
})

test('two transactions with one short id are asked for', () => {
  expect(PartialBlock.create({ ...compact, shortIds: [1, 2, 2] }, none)).toEqual({ ok: false, error: 'failed' })
  const [a, b] = [createTx([coin(5)]), createTx([coin(6)])]
  const shortId = createShortIds(compact.header, 42n)
  const shortIds = [shortId(computeWtxid(a)), shortId(computeWtxid(b))]
  // The same transaction twice is no collision.
  const twice = unwrap(PartialBlock.create({ ...compact, shortIds }, { pool: [a], extra: [a, b] }))
  expect(twice.missing()).toEqual([])
})
