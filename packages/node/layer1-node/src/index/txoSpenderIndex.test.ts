import { afterEach, expect, test } from 'vitest'
import { hexOf, idOf, spend, TestNode } from '../test/testNode.ts'

let node: TestNode
afterEach(() => node.remove())

const spenderOf = async (txid: string): Promise<unknown> => {
  const [answer] = (await node.json('gettxspendingprevout', [{ txid, vout: 0 }])) as Record<string, unknown>[]
  return answer!['spendingtxid'] && { by: answer!['spendingtxid'], in: answer!['blockhash'] }
}

test('finds who spent an output, until another block takes the place of the one that did', async () => {
  node = await TestNode.start({ txoSpenderIndex: true })
  await node.mine(101)
  const coinbase = await node.coinbase(1)
  const spending = spend(coinbase)
  const next = spend(spending)
  for (const tx of [spending, next]) await node.call('sendrawtransaction', hexOf(tx))
  expect(await spenderOf(idOf(coinbase))).toEqual({ by: idOf(spending), in: undefined })
  await node.mine(1)
  const block = await node.json('getbestblockhash')
  expect(await spenderOf(idOf(coinbase))).toEqual({ by: idOf(spending), in: block })
  expect(await spenderOf(idOf(spending))).toEqual({ by: idOf(next), in: block })
  expect(await spenderOf(idOf(next))).toBeUndefined()
  await node.restart({ txoSpenderIndex: true, persistMempool: false })
  expect(await spenderOf(idOf(coinbase))).toEqual({ by: idOf(spending), in: block })

  const rival = spend(coinbase, 5000n)
  await node.node.chain.invalidate(node.node.chain.tip)
  await node.call('generateblock', 'raw(51)', [hexOf(rival)])
  const other = await node.json('getbestblockhash')
  expect(await spenderOf(idOf(coinbase))).toEqual({ by: idOf(rival), in: other })
  expect(await spenderOf(idOf(spending))).toBeUndefined()
})

test('the mempool alone is searched where that is wanted, or there is nothing else', async () => {
  node = await TestNode.start({ txoSpenderIndex: true })
  await node.mine(101)
  const coinbase = await node.coinbase(1)
  const prevout = { txid: idOf(coinbase), vout: 0 }
  await node.call('generateblock', 'raw(51)', [hexOf(spend(coinbase))])
  expect(await node.json('gettxspendingprevout', [prevout], { mempool_only: true })).toEqual([prevout])
  expect(await node.json('gettxspendingprevout', [prevout], { return_spending_tx: true })).toMatchObject([
    { ...prevout, spendingtx: hexOf(spend(coinbase)) },
  ])
  await node.restart()
  expect(await node.json('gettxspendingprevout', [prevout])).toEqual([prevout])
})
