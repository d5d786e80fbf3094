import { afterEach, beforeEach, expect, test } from 'vitest'
import { computeTxid } from '@ply/primitives'
import { MemoryStore } from '@ply/testkit'
import { BufferedStore } from '../storage/bufferedStore.ts'
import { TestNode } from '../test/testNode.ts'
import { TxIndex } from './txIndex.ts'

let own: TestNode
beforeEach(async () => {
  own = await TestNode.start({ txIndex: false })
})
afterEach(() => own.remove())

async function entries(store: MemoryStore): Promise<number> {
  let count = 0
  for await (const entry of store.iterate({})) if (entry) count++
  return count
}

test('finds transactions before they are written, and after a crash in between', async () => {
  const store = new MemoryStore()
  const { chain } = own.node
  const index = await TxIndex.open(new BufferedStore(store, chain.clock), chain)
  await own.mine(3)
  const txid = computeTxid(await own.coinbase(2))
  expect((await index.find(txid))?.node.height).toBe(2)
  expect(await entries(store)).toBe(0)

  const again = await TxIndex.open(new BufferedStore(store, chain.clock), chain)
  expect((await again.find(txid))?.node.height).toBe(2)
  await again.close()
  // Three coinbases and the block up to which they reach.
  expect(await entries(store)).toBe(4)
})
