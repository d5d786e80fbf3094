import { outPointKey, type Transaction } from '@ply/primitives'
import { expect, test } from 'vitest'
import { Mempool, type MempoolEntry } from '../index.ts'
import { mustAccept, outputOf, spend, TestChain } from '../test/testChain.ts'

const chain = new TestChain()
const pool = new Mempool()
const accept = (tx: Transaction): MempoolEntry => mustAccept(pool, chain, tx).entry
const feeAt = (rate: number, ...entries: readonly MempoolEntry[]): bigint =>
  BigInt(Math.ceil(entries.reduce((sum, { vsize }) => sum + vsize, 0) * rate))

test('a payment lifts what it depends on, and what both parents need only once', () => {
  const cheap = accept(spend([chain.mint()], { outputs: [49_900, 49_900] }))
  const [left, right] = [outputOf(cheap.tx, 0), outputOf(cheap.tx, 1)]
  const one = pool.bumpFees([left], 10_000n)
  expect(one.combined).toBe(feeAt(10, cheap) - 200n)
  expect(one.single.get(outPointKey(left))).toBe(one.combined)
  const both = pool.bumpFees([left, right], 10_000n)
  expect(both.combined).toBe(one.combined)

  const confirmed = chain.mint()
  expect(pool.bumpFees([confirmed], 10_000n)).toEqual({
    single: new Map([[outPointKey(confirmed), 0n]]),
    combined: 0n,
  })
})

test('what others pay for already needs nothing, unless the payment takes their place', () => {
  const cheap = accept(spend([chain.mint()], { outputs: [49_900, 49_900] }))
  const [left, right] = [outputOf(cheap.tx, 0), outputOf(cheap.tx, 1)]
  accept(spend([right], { outputs: [30_000] }))
  expect(pool.bumpFees([left], 10_000n).combined).toBe(0n)
  expect(pool.bumpFees([right], 10_000n).combined).toBe(feeAt(10, cheap) - 200n)
})

test('a parent that is dear by itself does not pay for a child that is not', () => {
  const parent = accept(spend([chain.mint()], { outputs: [90_000] }))
  const child = accept(spend([outputOf(parent.tx)], { outputs: [89_900] }))
  const { combined } = pool.bumpFees([outputOf(child.tx)], 20_000n)
  expect(combined).toBe(feeAt(20, child) - 100n)
})
