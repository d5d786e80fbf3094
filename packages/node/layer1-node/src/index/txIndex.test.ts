import { afterEach, beforeEach, expect, test } from 'vitest'
import { computeTxid } from '@ply/primitives'
import { silentLogger } from '@ply/runtime'
import { MemoryStore } from '@ply/testkit'
import { BufferedStore } from '../storage/bufferedStore.ts'
import { hexOf, idOf, spend, TestNode } from '../test/testNode.ts'
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
  const openIndex = async (): Promise<TxIndex> => {
    const opened = await TxIndex.open(new BufferedStore(store, chain.clock), chain, silentLogger)
    await opened.sync.start()
    return opened
  }
  const index = await openIndex()
  await own.mine(3)
  const txid = computeTxid(await own.coinbase(2))
  expect((await index.find(txid))?.node.height).toBe(2)
  expect(await entries(store)).toBe(0)

  const again = await openIndex()
  expect((await again.find(txid))?.node.height).toBe(2)
  await again.sync.close()
  // Three coinbases and the block up to which they reach.
  expect(await entries(store)).toBe(4)
})

test('a transaction is not missing for good while the index is catching up', async () => {
  await own.mine(102)
  const confirmed = spend(await own.coinbase(1))
  await own.call('generateblock', 'raw(51)', [hexOf(confirmed)])
  await own.restart({ txIndex: true })
  await own.node.txIndex!.sync.caughtUp
  expect(await own.json('getindexinfo', 'txindex')).toEqual({ txindex: { synced: true, best_block_height: 103 } })
  expect(await own.json('getrawtransaction', idOf(confirmed))).toBe(hexOf(confirmed))
})
