import { unwrap } from '@ply/bytes'
import { type BlockNode, COIN_RANGE, decodeCoin, decodeCoinKey } from '@ply/chain'
import type { Coin } from '@ply/consensus'
import type { Store } from '@ply/ports'
import type { OutPoint } from '@ply/primitives'
import type { ChainManager } from './chainManager.ts'

/** As a store gives it. */
export type StoreEntry = readonly [key: Uint8Array, value: Uint8Array]

/** Coins between two looks whether to go on. */
const PACE = 5000

/** The entries of all coins as they were at once, in order, to be read one time. The chain goes on meanwhile. */
export class FrozenCoins {
  readonly #entries: AsyncIterator<StoreEntry>
  #next: IteratorResult<StoreEntry, unknown>

  private constructor(entries: AsyncIterator<StoreEntry>, first: IteratorResult<StoreEntry, unknown>) {
    this.#entries = entries
    this.#next = first
  }

  /** As they are now: the store goes on to show what it held when it was first asked. */
  static async take(store: Store): Promise<FrozenCoins> {
    const entries = store.iterate(COIN_RANGE)[Symbol.asyncIterator]()
    return new FrozenCoins(entries, await entries.next())
  }

  async *entries(): AsyncIterable<StoreEntry> {
    for (; !this.#next.done; this.#next = await this.#entries.next()) yield this.#next.value
  }

  /** Lets go of them, read or not. */
  async close(): Promise<void> {
    await this.#entries.return?.()
  }
}

/** The coins of entries, with the bytes that each takes. Rejects once `signal` is aborted. */
export async function* readCoins(
  entries: AsyncIterable<StoreEntry>,
  signal: AbortSignal,
): AsyncIterable<readonly [OutPoint, Coin, number]> {
  let count = 0
  for await (const [key, value] of entries) {
    if (count++ % PACE === 0) signal.throwIfAborted()
    yield [unwrap(decodeCoinKey(key)), unwrap(decodeCoin(value)), key.length + value.length]
  }
}

/** Looks at the coins as of the tip, which the chain may leave meanwhile. Rejects once `signal` is aborted. */
export async function visitCoins<T>(
  chain: ChainManager,
  signal: AbortSignal,
  visit: (coins: ReturnType<typeof readCoins>, tip: BlockNode) => Promise<T>,
): Promise<T> {
  const { frozen, tip } = await chain.withFlushedStore(async (store, tip) => ({
    frozen: await FrozenCoins.take(store),
    tip,
  }))
  try {
    return await visit(readCoins(frozen.entries(), signal), tip)
  } finally {
    await frozen.close()
  }
}
