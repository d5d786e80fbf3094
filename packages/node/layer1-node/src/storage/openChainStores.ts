import type { Logger, Store } from '@ply/ports'
import type { NetworkParameters } from '@ply/primitives'
import { beginReindex, endReindex, type ReindexScope } from '../chain/reindex.ts'
import { orRebuild } from '../chain/rebuildError.ts'
import type { Snapshot } from '../chain/assumedCoins.ts'
import {
  createSnapshot,
  deleteSnapshot,
  findSnapshot,
  finishReplacing,
  isProven,
  replaceChecked,
} from '../snapshot/storedSnapshot.ts'
import type { DataFolder } from './dataFolder.ts'
import { moveBlockIndex } from './moveBlockIndex.ts'
import { openDatabase } from './openDatabase.ts'

export interface ChainStores {
  /** Of blocks, with the chain that is the active one. */
  readonly index: Store
  /** The coins and the tip that they belong to, all of whose blocks were checked. */
  readonly coins: Store
  /** Coins that came from somewhere else, while the blocks up to them are being checked. */
  readonly snapshot: Snapshot | undefined
  /** What is built anew in this run, as it was asked for or as a run before left it. */
  readonly reindex: ReindexScope | undefined
}

export interface ChainStoresFields {
  readonly folder: DataFolder
  readonly network: NetworkParameters
  /** What is to be built anew. */
  readonly wanted: ReindexScope | undefined
  readonly logger: Logger
  /** Is told how to close each store that was opened. */
  opened(close: () => Promise<void>): void
}

/**
 * Opens the stores of the chain, without what is to be built anew. Rejects with `RebuildError` if one is damaged, with
 * `SnapshotError` for a snapshot that cannot be gone on with.
 */
export async function openChainStores(fields: ChainStoresFields): Promise<ChainStores> {
  const { folder, network, wanted, logger, opened } = fields
  const open = async (path: string, what: string, wipe: boolean): Promise<Store> => {
    // The index is read as a whole anyway.
    const read = (): Promise<Store> => openDatabase(path, { logger, wipe, look: path !== folder.blockIndex })
    const store = await orRebuild(`Error opening ${what} database`, logger, read)
    opened(() => store.close())
    return store
  }
  await finishReplacing(folder)
  const index = await open(folder.blockIndex, 'block', wanted === 'blocks')
  let coins = wanted === 'blocks' ? undefined : await openOldCoins()
  if (coins) await moveBlockIndex(coins, index, logger)
  const reindex = await beginReindex(index, wanted)
  if (reindex) await coins?.close()
  if (!coins || reindex) coins = await open(folder.chainstate, 'coins', reindex !== undefined)
  // Coins come again as after any crash: whoever dies from now on need not know that he was rebuilding.
  if (reindex === 'coins') await endReindex(index)
  if (reindex) await deleteSnapshot(folder, logger)
  const data = await findSnapshot(folder, network, logger)
  if (!data) return { index, coins, reindex, snapshot: undefined }
  if (!(await isProven(folder, coins, { data, logger }))) {
    const store = await open(folder.chainstateSnapshot, 'coins', false)
    return { index, coins, reindex, snapshot: createSnapshot(folder, store, data) }
  }
  await coins.close()
  await replaceChecked(folder, logger)
  return { index, coins: await open(folder.chainstate, 'coins', false), reindex, snapshot: undefined }

  /** Coins that are thrown away need not be readable. */
  async function openOldCoins(): Promise<Store | undefined> {
    const old = open(folder.chainstate, 'coins', false)
    return wanted === 'coins' ? old.catch(() => undefined) : old
  }
}
