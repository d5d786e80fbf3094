import { type CoinsCache, coinKey } from '@ply/chain'
import type { Store } from '@ply/ports'
import type { OutPoint } from '@ply/primitives'
import { DamagedDataError } from '../storage/blockStore.ts'

/** Brings coins from the store into the cache, in one batched read, so that they can be asked for at once. */
export async function loadCoins(cache: CoinsCache, store: Store, outpoints: readonly OutPoint[]): Promise<void> {
  const missing = cache.missing(outpoints)
  const values = await store.getMany(missing.map(coinKey))
  missing.forEach((outpoint, i) => {
    const loaded = cache.load(outpoint, values[i])
    if (!loaded.ok) throw new DamagedDataError(`a stored coin cannot be read: ${loaded.error.message}`)
  })
}
