import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Logger } from '@ply/ports'
import { transactionWeight, formatBtc } from '@ply/primitives'
import { hexOf, idOf, OPEN_SCRIPT, spend, TestNode } from '../test/testNode.ts'

let own: TestNode
beforeEach(async () => {
  own = await TestNode.start()
})
afterEach(() => own.remove())

test('a search on the tip goes over to a new one', async () => {
  const { miner, chain } = own.node
  let willDo = false
  const mining = miner.mine({ scriptPubKey: OPEN_SCRIPT, isNew: () => willDo })
  await new Promise((resolve) => setImmediate(resolve))
  await miner.generate(1, { scriptPubKey: OPEN_SCRIPT })
  willDo = true
  expect((await mining)?.header.previousBlockHash).toEqual(chain.tip.hash)
})

test('a search elsewhere stays where it is', async () => {
  const { miner, chain } = own.node
  const previous = chain.tip
  let willDo = false
  const mining = miner.mine({ scriptPubKey: OPEN_SCRIPT, previous, isNew: () => willDo })
  await new Promise((resolve) => setImmediate(resolve))
  await miner.generate(1, { scriptPubKey: OPEN_SCRIPT })
  willDo = true
  expect((await mining)?.header.previousBlockHash).toEqual(previous.hash)
})

test('what the transactions of a block pay is told where that is asked for', async () => {
  const lines: string[] = []
  const logger: Logger = { log: (_, message) => void lines.push(message), child: () => logger }
  await own.restart({ mining: { logFeeRates: true }, logger })
  await own.mine(101)
  const tx = spend(await own.coinbase(1), 1000n)
  await own.call('sendrawtransaction', hexOf(tx), 0)
  await own.call('prioritisetransaction', idOf(tx), 0, 500)
  await own.mine(1)
  const told = lines.filter((line) => line.startsWith('fee rate'))
  const vsize = BigInt(Math.ceil(transactionWeight(tx) / 4))
  expect(told).toEqual([`fee rate ${formatBtc((1500n * 1000n) / vsize)} BTC/kvB txid ${idOf(tx)}`])
})

test('stopping ends a search', async () => {
  const { miner } = own.node
  const mining = miner.mine({ scriptPubKey: OPEN_SCRIPT, isNew: () => false })
  await new Promise((resolve) => setImmediate(resolve))
  await miner.stop()
  expect(await mining).toBeUndefined()
})

test('the number of tries is for all blocks together', async () => {
  const { miner, chain } = own.node
  const mined = await miner.generate(1000, { scriptPubKey: OPEN_SCRIPT, maxTries: 10 })
  // Every second hash will do, and only those that do not are counted.
  expect(mined.ok && mined.value.length).toBe(chain.tip.height)
  expect(chain.tip.height).toBeGreaterThan(0)
  expect(chain.tip.height).toBeLessThan(100)
  expect(await miner.generate(1, { scriptPubKey: OPEN_SCRIPT, maxTries: 0 })).toEqual({ ok: true, value: [] })
})
