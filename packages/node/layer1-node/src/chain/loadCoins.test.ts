import { expect, test } from 'vitest'
import { coinKey, CoinsCache, encodeCoin } from '@ply/chain'
import type { Coin } from '@ply/consensus'
import { type OutPoint, sats, type Txid } from '@ply/primitives'
import { MemoryStore } from '@ply/testkit'
import { loadCoins } from './loadCoins.ts'

/** Counts the reads that are made of it. */
class CountingStore extends MemoryStore {
  reads = 0
  override getMany(keys: readonly Uint8Array[]): Promise<(Uint8Array | undefined)[]> {
    this.reads++
    return super.getMany(keys)
  }
}

const outpoints = Array.from({ length: 300 }, (_, i): OutPoint => ({
  txid: new Uint8Array(32).fill(i) as Txid,
  index: i,
}))
const coinAt = (i: number): Coin => ({
  output: { value: sats(i), scriptPubKey: Uint8Array.of(0x51) },
  height: 1,
  isCoinbase: false,
})

test.each([
  [1, 1],
  [4, 4],
  // No read is for a few keys only.
  [100, 5],
])('%i readers make %i reads, and find the same', async (readers, reads) => {
  const store = new CountingStore()
  await store.batch(
    outpoints.map((outpoint, i) => ({ type: 'put', key: coinKey(outpoint), value: encodeCoin(coinAt(i)) })),
  )
  const cache = new CoinsCache()
  await loadCoins(cache, store, outpoints, readers)
  expect(store.reads).toBe(reads)
  expect(outpoints.map((outpoint) => cache.get(outpoint)?.output.value)).toEqual(outpoints.map((_, i) => sats(i)))
})
