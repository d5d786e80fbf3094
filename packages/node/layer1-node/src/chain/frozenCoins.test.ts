import { afterEach, expect, test } from 'vitest'
import { TestNode } from '../test/testNode.ts'
import { visitCoins } from './frozenCoins.ts'

let node: TestNode
afterEach(() => node.remove())

const count = async (coins: AsyncIterable<unknown>): Promise<number> => {
  let found = 0
  for await (const coin of coins) found += coin ? 1 : 0
  return found
}

test('the chain goes on while somebody looks at the coins, who sees nothing of it', async () => {
  node = await TestNode.start()
  await node.mine(5)
  const { chain, interrupted } = node.node
  const seen = await visitCoins(chain, interrupted, async (coins, tip) => {
    await node.mine(3)
    await chain.flush()
    return { tip: tip.height, coins: await count(coins) }
  })
  expect(seen).toEqual({ tip: 5, coins: 5 })
  expect(await visitCoins(chain, interrupted, count)).toBe(8)
})

test('nobody goes on once the node is about to stop', async () => {
  node = await TestNode.start()
  await node.mine(2)
  const { chain, interrupted } = node.node
  node.node.interrupt()
  await expect(visitCoins(chain, interrupted, count)).rejects.toThrow('aborted')
})
