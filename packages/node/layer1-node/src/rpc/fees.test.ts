import { afterAll, beforeAll, expect, test } from 'vitest'
import { hexOf, spend, TestNode } from '../test/testNode.ts'

let node: TestNode
beforeAll(async () => {
  node = await TestNode.start({ mempool: { fallbackFeeRate: undefined } })
  node.clock.setMockTime(1_700_000_000_000)
  await node.mine(160)
})
afterAll(() => node.remove())

const unknown = { errors: ['Insufficient data or no feerate found'], blocks: 0 }

test('estimates come from what was confirmed, and last over a restart that is not too long', async () => {
  expect(await node.json('estimatesmartfee', 6)).toEqual(unknown)
  for (let height = 1; height <= 50; height++) {
    const tx = spend(await node.coinbase(height), 960n)
    await node.json('sendrawtransaction', hexOf(tx))
    await node.mine(1)
  }
  const known = { feerate: 0.0001, blocks: 6 }
  expect(await node.json('estimatesmartfee', 6)).toEqual(known)
  expect(await node.json('estimaterawfee', 6, 0.5)).toMatchObject({
    short: { feerate: 0.0001, decay: 0.962, scale: 1, pass: { inmempool: 0, leftmempool: 0 } },
    medium: { feerate: 0.0001, scale: 2 },
    long: { scale: 24, errors: ['Insufficient data or no feerate found which meets threshold'] },
  })
  expect(Object.keys((await node.json('estimaterawfee', 100)) as object)).toEqual(['long'])
  await node.restart({ mempool: { fallbackFeeRate: undefined } })
  expect(await node.json('estimatesmartfee', 6)).toEqual(known)
})

test('a minimum that is higher counts, a fallback only where nothing is known', async () => {
  await node.restart({ mempool: { minRelayFeeRate: 50_000n } })
  expect(await node.json('estimatesmartfee', 6)).toMatchObject({ feerate: 0.0005 })
  const fresh = await TestNode.start()
  expect(await fresh.json('estimatesmartfee', 6)).toEqual({ feerate: 0.0002, blocks: 6 })
  await fresh.remove()
})

test('who sees no transactions estimates nothing', async () => {
  await node.restart({ peers: { relayTransactions: false } })
  for (const method of ['estimatesmartfee', 'estimaterawfee']) {
    expect(await node.failure(method, 2)).toBe('-32603 Fee estimation disabled')
  }
  await node.restart()
})

test.each([
  ['estimatesmartfee', [0], '-8 Invalid conf_target, must be between 1 and 1008'],
  ['estimaterawfee', [1009], '-8 Invalid conf_target, must be between 1 and 1008'],
  ['estimaterawfee', [6, 1.5], '-8 Invalid threshold'],
  [
    'estimatesmartfee',
    [6, 'foo'],
    '-8 Invalid estimate_mode parameter, must be one of: "unset", "economical", "conservative"',
  ],
])('%s %j fails', async (method, params, expected) => expect(await node.failure(method, ...params)).toBe(expected))
