import { join } from 'node:path'
import type { Logger, Store } from '@ply/ports'
import { openLevelStore } from '@ply/storage'
import type { ChainManager } from '../chain/chainManager.ts'
import { BufferedStore } from '../storage/bufferedStore.ts'
import { BlockFilterIndex } from './blockFilterIndex.ts'
import { TxIndex } from './txIndex.ts'

export interface IndexChoice {
  /** In which block each transaction stands. */
  readonly txIndex: boolean
  /** BIP 158 filters of all blocks. */
  readonly blockFilterIndex: boolean
}

export interface Indexes {
  readonly txIndex: TxIndex | undefined
  readonly blockFilterIndex: BlockFilterIndex | undefined
}

export interface IndexFields {
  /** Where indexes have their folders. */
  readonly folder: string
  readonly chain: ChainManager
  readonly logger: Logger
  /** Is told how to close each index that was opened. */
  opened(close: () => Promise<void>): void
}

/** Opens the chosen indexes of the chain, each in its own folder. What a crash takes from them they make again. */
export async function openIndexes(
  choice: IndexChoice,
  { folder, chain, logger, opened }: IndexFields,
): Promise<Indexes> {
  const openStore = async (...path: readonly string[]): Promise<Store> =>
    new BufferedStore(await openLevelStore(join(folder, ...path)), chain.clock)
  const txIndex = choice.txIndex ? await TxIndex.open(await openStore('txindex'), chain) : undefined
  if (txIndex) opened(() => txIndex.close())
  const filters = choice.blockFilterIndex ? await openStore('blockfilter', 'basic') : undefined
  const blockFilterIndex = filters && (await BlockFilterIndex.open(filters, chain, logger))
  if (blockFilterIndex) opened(() => blockFilterIndex.close())
  return { txIndex, blockFilterIndex }
}
