import { unwrap } from '@ply/bytes'
import { COIN_RANGE, decodeCoin, decodeCoinKey } from '@ply/chain'
import type { Coin } from '@ply/consensus'
import type { Store } from '@ply/ports'
import type { OutPoint } from '@ply/primitives'

export const decodeCoinEntry = ([key, value]: readonly [key: Uint8Array, value: Uint8Array]): [OutPoint, Coin] => [
  unwrap(decodeCoinKey(key)),
  unwrap(decodeCoin(value)),
]

/** All coins in the order of their keys, with the bytes that each takes in the store. */
export async function* iterateCoins(store: Store): AsyncIterable<readonly [OutPoint, Coin, number]> {
  for await (const entry of store.iterate(COIN_RANGE)) {
    yield [...decodeCoinEntry(entry), entry[0].length + entry[1].length]
  }
}
