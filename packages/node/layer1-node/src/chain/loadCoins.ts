import { type CoinsCache, coinKey } from '@ply/chain'
import type { Store } from '@ply/ports'
import type { OutPoint } from '@ply/primitives'
import { DamagedDataError } from '../storage/blockStore.ts'

/** Fewer keys than this are not worth a read of their own. */
const KEYS_PER_READ = 64

/** One answer per key, by up to `readers` reads at the same time. */
async function readMany(
  store: Store,
  keys: readonly Uint8Array[],
  readers: number,
): Promise<readonly (Uint8Array | undefined)[]> {
  const size = Math.max(KEYS_PER_READ, Math.ceil(keys.length / readers))
  if (keys.length <= size) return store.getMany(keys)
  const starts = Array.from({ length: Math.ceil(keys.length / size) }, (_, i) => i * size)
  return (await Promise.all(starts.map((start) => store.getMany(keys.slice(start, start + size))))).flat()
}

/** Brings coins from the store into the cache, in as few reads as may be, so that they can be asked for at once. */
export async function loadCoins(
  cache: CoinsCache,
  store: Store,
  outpoints: readonly OutPoint[],
  readers = 1,
): Promise<void> {
  const missing = cache.missing(outpoints)
  const values = await readMany(store, missing.map(coinKey), readers)
  missing.forEach((outpoint, i) => {
    const loaded = cache.load(outpoint, values[i])
    if (!loaded.ok) throw new DamagedDataError(`a stored coin cannot be read: ${loaded.error.message}`)
  })
}
