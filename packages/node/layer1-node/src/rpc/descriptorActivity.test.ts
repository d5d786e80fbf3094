import { afterAll, beforeAll, expect, test } from 'vitest'
import { bytesToHex } from '@ply/bytes'
import { hexOf, idOf, OPEN_SCRIPT, spend, TestNode } from '../test/testNode.ts'

let node: TestNode
beforeAll(async () => {
  node = await TestNode.start()
  await node.mine(101)
})
afterAll(() => node.remove())

const OPEN = `raw(${bytesToHex(OPEN_SCRIPT)})`
const activity = async (...params: Parameters<TestNode['json']> extends [string, ...infer Rest] ? Rest : never) =>
  (await node.json('getdescriptoractivity', ...params)) as { activity: Record<string, unknown>[] }

test('what a script spends and receives, block by block and then in the mempool', async () => {
  const coinbase = await node.coinbase(1)
  const first = spend(coinbase)
  await node.call('sendrawtransaction', hexOf(first))
  const blocks = (await node.json('generatetodescriptor', 2, 'raw(51)')) as string[]
  const second = spend(first)
  await node.call('sendrawtransaction', hexOf(second))
  const third = spend(second)
  await node.call('sendrawtransaction', hexOf(third))

  const spends = (tx: string, of: string): unknown => ({
    type: 'spend',
    spend_txid: tx,
    spend_vin: 0,
    prevout_txid: of,
  })
  const pays = (tx: string): unknown => ({ type: 'receive', txid: tx, vout: 0 })
  // In the wrong order and twice, on purpose.
  const confirmed = await activity([blocks[1]!, blocks[0]!, blocks[1]!], [OPEN, OPEN], false)
  expect(confirmed.activity).toMatchObject([spends(idOf(first), idOf(coinbase)), pays(idOf(first))])
  expect(confirmed.activity[0]).toMatchObject({ amount: 50, blockhash: blocks[0], height: 102, prevout_vout: 0 })
  expect(confirmed.activity[1]).toMatchObject({ amount: 49.99999, output_spk: { hex: bytesToHex(OPEN_SCRIPT) } })

  const waiting = (await activity([], [{ desc: OPEN }])).activity
  expect(waiting).toMatchObject([
    spends(idOf(second), idOf(first)),
    pays(idOf(second)),
    spends(idOf(third), idOf(second)),
    pays(idOf(third)),
  ])
  expect(waiting[0]).not.toHaveProperty('blockhash')
})

test('only blocks of the active chain are looked at', async () => {
  const [left] = (await node.json('generatetodescriptor', 1, 'raw(5151)')) as string[]
  await node.node.chain.invalidate(node.node.chain.tip)
  expect(await node.failure('getdescriptoractivity', [left!], [OPEN])).toBe('-8 Block is not in main chain')
  expect(await node.failure('getdescriptoractivity', ['ab'.repeat(32)], [OPEN])).toBe('-5 Block not found')
})
