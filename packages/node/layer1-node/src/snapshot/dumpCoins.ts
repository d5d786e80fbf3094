import type { FileHandle } from 'node:fs/promises'
import { type BlockNode, COIN_RANGE, createSerializedUtxoHash, encodeSnapshotMetadata, SnapshotCoins } from '@ply/chain'
import type { Coin } from '@ply/consensus'
import type { Store } from '@ply/ports'
import type { OutPoint } from '@ply/primitives'
import type { ChainManager } from '../chain/chainManager.ts'
import { decodeCoinEntry } from '../chain/iterateCoins.ts'
import { overlayEntries, rollBackCoins, type StoreEntry } from './rollBackCoins.ts'
import type { ScratchStore } from './scratchStore.ts'

/** Bytes that are written at once. */
const CHUNK = 1 << 20
/** Coins between two looks whether to go on. */
const PACE = 5000

export interface DumpRequest {
  /** The block that the coins are wanted as of, one of the active chain; the tip by default. */
  readonly target: BlockNode | undefined
  /** Room for what has changed since that block. */
  openChanges(): Promise<ScratchStore>
  /** Aborted when the node is about to stop. */
  readonly signal: AbortSignal
}

export interface DumpedCoins {
  readonly base: BlockNode
  readonly count: number
  /** `hash_serialized_3`, in internal order. */
  readonly hash: Uint8Array
}

/** The entries of all coins as they are now. What happens to the store before they are read does not matter. */
async function freezeCoins(store: Store): Promise<AsyncIterable<StoreEntry>> {
  const entries = store.iterate(COIN_RANGE)[Symbol.asyncIterator]()
  // The store shows what it held when it was first asked.
  let next = await entries.next()
  return (async function* () {
    for (; !next.done; next = await entries.next()) yield next.value
  })()
}

async function* readCoins(entries: AsyncIterable<StoreEntry>, signal: AbortSignal): AsyncIterable<[OutPoint, Coin]> {
  let count = 0
  for await (const entry of entries) {
    if (count++ % PACE === 0) signal.throwIfAborted()
    yield decodeCoinEntry(entry)
  }
}

async function digestCoins(coins: AsyncIterable<[OutPoint, Coin]>): Promise<Omit<DumpedCoins, 'base'>> {
  const hash = createSerializedUtxoHash()
  let count = 0
  for await (const [outpoint, coin] of coins) {
    hash.add(outpoint, coin)
    count++
  }
  return { count, hash: hash.digest() }
}

/** The bytes of a snapshot file behind what is said about it. */
async function* encodeCoins(coins: AsyncIterable<[OutPoint, Coin]>): AsyncIterable<Uint8Array> {
  const encoder = new SnapshotCoins()
  for await (const [outpoint, coin] of coins) {
    const done = encoder.add(outpoint, coin)
    if (done) yield done
  }
  const last = encoder.finish()
  if (last) yield last
}

async function writeAll(file: FileHandle, parts: AsyncIterable<Uint8Array>): Promise<void> {
  let waiting: Uint8Array[] = []
  let size = 0
  const write = async (): Promise<void> => {
    if (size > 0) await file.writev(waiting)
    waiting = []
    size = 0
  }
  for await (const part of parts) {
    waiting.push(part)
    size += part.length
    if (size >= CHUNK) await write()
  }
  await write()
}

/**
 * Writes the coins as of a block in Bitcoin Core's format. The chain goes on meanwhile: the coins are read as they were
 * at the start, once to count and hash them, which the file begins with, and once to write them.
 */
export async function dumpCoins(chain: ChainManager, file: FileHandle, request: DumpRequest): Promise<DumpedCoins> {
  const { tip, first, second } = await chain.withFlushedStore(async (store, tip) => ({
    tip,
    first: await freezeCoins(store),
    second: await freezeCoins(store),
  }))
  const base = request.target ?? tip
  if (tip.ancestor(base.height) !== base) throw new Error('the block has left the active chain')
  const changes = base === tip ? undefined : await request.openChanges()
  try {
    if (changes) await rollBackCoins(chain, { from: tip, to: base }, changes)
    const coins = (now: AsyncIterable<StoreEntry>): AsyncIterable<[OutPoint, Coin]> =>
      readCoins(changes ? overlayEntries(now, changes.iterate({})) : now, request.signal)
    const { count, hash } = await digestCoins(coins(first))
    await file.write(encodeSnapshotMetadata({ magic: chain.parameters.magic, base: base.hash, coins: count }))
    await writeAll(file, encodeCoins(coins(second)))
    return { base, count, hash }
  } finally {
    await changes?.close()
  }
}
