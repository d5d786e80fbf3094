import { createSerializedUtxoHash } from '@ply/chain'
import type { Store } from '@ply/ports'
import { FrozenCoins, readCoins } from '../chain/frozenCoins.ts'

/** All coins of a store. */
export interface HashedCoins {
  readonly count: number
  /** `hash_serialized_3`, in internal order. */
  readonly hash: Uint8Array
}

/** Counts and hashes coins in the order of a store. */
export async function digestCoins(coins: ReturnType<typeof readCoins>): Promise<HashedCoins> {
  const hash = createSerializedUtxoHash()
  let count = 0
  for await (const [outpoint, coin] of coins) {
    hash.add(outpoint, coin)
    count++
  }
  return { count, hash: hash.digest() }
}

/** Counts and hashes all coins of a store. Rejects once `signal` is aborted. */
export async function hashCoins(store: Store, signal: AbortSignal): Promise<HashedCoins> {
  const frozen = await FrozenCoins.take(store)
  try {
    return await digestCoins(readCoins(frozen.entries(), signal))
  } finally {
    await frozen.close()
  }
}
