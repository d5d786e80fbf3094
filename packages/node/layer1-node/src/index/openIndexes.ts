import { join } from 'node:path'
import type { Entropy, Logger, Store } from '@ply/ports'
import type { ChainManager } from '../chain/chainManager.ts'
import { BufferedStore } from '../storage/bufferedStore.ts'
import { openDatabase } from '../storage/openDatabase.ts'
import { BlockFilterIndex } from './blockFilterIndex.ts'
import { checkIndexedData } from './checkIndexedData.ts'
import { CoinStatsIndex } from './coinStatsIndex.ts'
import { databaseFolder } from './indexFolder.ts'
import type { IndexSync } from './indexSync.ts'
import { TxIndex } from './txIndex.ts'
import { TxoSpenderIndex } from './txoSpenderIndex.ts'

/** What to keep beside the chain; none by default. */
export interface IndexChoice {
  /** In which block each transaction stands. */
  readonly txIndex?: boolean
  /** BIP 158 filters of all blocks. */
  readonly blockFilterIndex?: boolean
  /** The coins in numbers, at every block. */
  readonly coinStatsIndex?: boolean
  /** What spent each output. */
  readonly txoSpenderIndex?: boolean
}

export interface Indexes {
  readonly txIndex: TxIndex | undefined
  readonly blockFilterIndex: BlockFilterIndex | undefined
  readonly coinStatsIndex: CoinStatsIndex | undefined
  readonly txoSpenderIndex: TxoSpenderIndex | undefined
}

export interface IndexFields {
  /** Where indexes have their folders. */
  readonly folder: string
  readonly chain: ChainManager
  readonly entropy: Entropy
  readonly logger: Logger
  /** The index of blocks is made anew: so are these. */
  readonly anew: boolean
  /** Is told how to close each index that was opened. */
  opened(close: () => Promise<void>): void
}

/**
 * Opens the chosen indexes of the chain, each in its own folder, and lets them catch up. What a crash takes from them
 * they make again. Rejects with `IndexDataError` where blocks that they need were deleted.
 */
export async function openIndexes(choice: IndexChoice, fields: IndexFields): Promise<Indexes> {
  const { folder, chain, entropy, logger, anew } = fields
  /** Opens an index whose database lies in `path`, and sees to it that its store is closed whatever happens. */
  const open = async <T extends { readonly sync: IndexSync }>(
    wanted: boolean | undefined,
    path: string,
    create: (store: Store) => Promise<T>,
  ): Promise<T | undefined> => {
    if (!wanted) return undefined
    const database = await openDatabase(path, { logger, wipe: anew, look: true })
    const store = new BufferedStore(database, chain.clock)
    const index = await create(store).catch(async (error: unknown) => {
      await store.close()
      throw error
    })
    fields.opened(() => index.sync.close())
    return index
  }
  const place = (name: string): Promise<string> => databaseFolder(join(folder, name))
  const txIndex = await open(choice.txIndex, join(folder, 'txindex'), (store) => TxIndex.open(store, chain, logger))
  const txoSpenderIndex = await open(choice.txoSpenderIndex, await place('txospenderindex'), (store) =>
    TxoSpenderIndex.open(store, chain, { entropy, logger }),
  )
  const blockFilterIndex = await open(choice.blockFilterIndex, await place('blockfilter/basic'), (store) =>
    BlockFilterIndex.open(store, chain, logger),
  )
  const coinStatsIndex = await open(choice.coinStatsIndex, await place('coinstatsindex'), (store) =>
    CoinStatsIndex.open(store, chain, logger),
  )
  const opened = [txIndex, txoSpenderIndex, blockFilterIndex, coinStatsIndex].filter((index) => index !== undefined)
  checkIndexedData(chain, opened)
  for (const { sync } of opened) await sync.start()
  return { txIndex, blockFilterIndex, coinStatsIndex, txoSpenderIndex }
}
