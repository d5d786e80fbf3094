import type { FileHandle } from 'node:fs/promises'
import { type BlockNode, encodeSnapshotMetadata, SnapshotCoins } from '@ply/chain'
import type { ChainManager } from '../chain/chainManager.ts'
import { FrozenCoins, readCoins } from '../chain/frozenCoins.ts'
import { digestCoins, type HashedCoins } from './hashCoins.ts'
import { overlayEntries, rollBackCoins } from './rollBackCoins.ts'
import type { ScratchStore } from './scratchStore.ts'

/** Bytes that are written at once. */
const CHUNK = 1 << 20

type Coins = ReturnType<typeof readCoins>

export interface DumpRequest {
  /** The block that the coins are wanted as of, one of the active chain; the tip by default. */
  readonly target: BlockNode | undefined
  /** Room for what has changed since that block. */
  openChanges(): Promise<ScratchStore>
  /** Aborted when the node is about to stop. */
  readonly signal: AbortSignal
}

export interface DumpedCoins extends HashedCoins {
  readonly base: BlockNode
}

/** The bytes of a snapshot file behind what is said about it. */
async function* encodeCoins(coins: Coins): AsyncIterable<Uint8Array> {
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
    first: await FrozenCoins.take(store),
    second: await FrozenCoins.take(store),
  }))
  const base = request.target ?? tip
  let changes: ScratchStore | undefined
  try {
    if (tip.ancestor(base.height) !== base) throw new Error('the block has left the active chain')
    if (base !== tip) {
      changes = await request.openChanges()
      await rollBackCoins(chain, { from: tip, to: base }, changes)
    }
    const coinsOf = (frozen: FrozenCoins): Coins => {
      const now = frozen.entries()
      return readCoins(changes ? overlayEntries(now, changes.iterate({})) : now, request.signal)
    }
    const { count, hash } = await digestCoins(coinsOf(first))
    await file.write(encodeSnapshotMetadata({ magic: chain.parameters.magic, base: base.hash, coins: count }))
    await writeAll(file, encodeCoins(coinsOf(second)))
    return { base, count, hash }
  } finally {
    await first.close()
    await second.close()
    await changes?.close()
  }
}
