import type { FileHandle } from 'node:fs/promises'
import { err, ok, type Result } from '@ply/bytes'
import { coinKey, createTipOp, encodeCoin, type ExpectedCoins, SnapshotDecoder } from '@ply/chain'
import type { Store } from '@ply/ports'
import type { BlockHash } from '@ply/primitives'

/** Bytes that are read at once: some twenty thousand coins. */
const CHUNK = 1 << 20

export interface ExpectedSnapshot extends ExpectedCoins {
  /** The block that the coins are as of. */
  readonly base: BlockHash
}

/**
 * Writes the coins of a snapshot file, from where it stands on, into an empty store. Fails in Bitcoin Core's words; rejects
 * once `signal` is aborted.
 */
export async function populateStore(
  store: Store,
  file: FileHandle,
  { expected, signal }: { readonly expected: ExpectedSnapshot; readonly signal: AbortSignal },
): Promise<Result<undefined, string>> {
  const decoder = new SnapshotDecoder(expected)
  const buffer = new Uint8Array(CHUNK)
  for (;;) {
    signal.throwIfAborted()
    const { bytesRead } = await file.read(buffer, 0, CHUNK, null)
    if (bytesRead === 0) break
    const coins = decoder.push(buffer.subarray(0, bytesRead))
    if (!coins.ok) return err(coins.error.message)
    await store.batch(
      coins.value.map(([outpoint, coin]) => ({ type: 'put', key: coinKey(outpoint), value: encodeCoin(coin) })),
    )
    // What follows the last coin is too much, however long it is.
    if (decoder.done === expected.coins && !decoder.finish().ok) break
  }
  const finished = decoder.finish()
  if (!finished.ok) return err(finished.error.message)
  await store.batch([createTipOp(expected.base)], { sync: true })
  return ok(undefined)
}
