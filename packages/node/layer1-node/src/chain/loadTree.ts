import { equalBytes } from '@ply/bytes'
import {
  type ActiveChain,
  BLOCK_INDEX_RANGE,
  type BlockIndexEntry,
  type BlockNode,
  decodeBlockIndexEntry,
  HeaderTree,
  TIP_KEY,
} from '@ply/chain'
import type { Store } from '@ply/ports'
import type { BlockHash } from '@ply/primitives'
import { type BlockStore, DamagedDataError } from '../storage/blockStore.ts'
import type { ChainManagerFields } from './chainManagerFields.ts'
import { copyChain } from './history.ts'
import { IncompatibleDataError, orRebuild } from './rebuildError.ts'

/** `T`: the tip of the best chain when the index was last written; the coins may lag behind it. */
export const TIP_HINT_KEY = Uint8Array.of(0x54)

export interface LoadedTree {
  readonly tree: HeaderTree
  /** What was checked of the blocks under coins that came from somewhere else. */
  readonly history: ActiveChain | undefined
  readonly lastTip: BlockNode | undefined
}

interface StoredIndex {
  readonly hashes: readonly BlockHash[]
  readonly entries: readonly BlockIndexEntry[]
  readonly hint: BlockHash | undefined
}

async function readIndex(index: Store, blocks: BlockStore): Promise<StoredIndex> {
  const hashes: BlockHash[] = []
  const entries: BlockIndexEntry[] = []
  for await (const [key, value] of index.iterate(BLOCK_INDEX_RANGE)) {
    const entry = decodeBlockIndexEntry(value)
    if (!entry.ok) throw new DamagedDataError(`the block index cannot be read: ${entry.error.message}`)
    const { data, undo } = entry.value
    if (data && !blocks.hasFileOf(data)) throw new DamagedDataError(`block file ${data.file} is missing`)
    // A power cut may keep the index entry of a block and lose the block: it is asked for again.
    const kept = blocks.has(data, undo)
    hashes.push(key.slice(1) as BlockHash)
    entries.push({ ...entry.value, data: kept.block ? data : undefined, undo: kept.undo ? undo : undefined })
  }
  return { hashes, entries, hint: (await index.get(TIP_HINT_KEY)) as BlockHash | undefined }
}

/** Throws unless every entry stands under its own hash, and the first block is this network's. */
function checkHashes(tree: HeaderTree, hashes: readonly BlockHash[]): void {
  if (hashes.length === 0) return
  if (!hashes.some((hash) => equalBytes(hash, tree.genesis.hash))) {
    throw new IncompatibleDataError('Incorrect or no genesis block found. Wrong datadir for network?')
  }
  if (hashes.some((hash) => !tree.get(hash))) throw new DamagedDataError('the block index names other blocks')
}

/**
 * The header tree as it was written, and the tip that was active then. Rejects with `RebuildError` where index, coins
 * and block files do not fit together, with `IncompatibleDataError` if they are those of another network.
 */
export async function loadTree(
  fields: Pick<ChainManagerFields, 'parameters' | 'store' | 'snapshot' | 'index' | 'blocks' | 'logger'>,
): Promise<LoadedTree> {
  const { parameters, store, snapshot, index = store, blocks, logger } = fields
  logger.log('info', 'Checking all blk files are present...')
  const { hashes, entries, hint } = await orRebuild('Error loading block database', logger, () =>
    readIndex(index, blocks),
  )
  const tipOf = async (coins: Store): Promise<BlockHash | undefined> =>
    (await orRebuild('Error opening coins database', logger, () => coins.get(TIP_KEY))) as BlockHash | undefined
  const checkedTip = await tipOf(store)
  const tip = snapshot ? await tipOf(snapshot.store) : checkedTip
  return orRebuild('Error initializing block database', logger, () => {
    const restored = HeaderTree.restore(parameters, entries, tip, snapshot?.data)
    if (!restored.ok) {
      throw new DamagedDataError(`the block index does not hold together: ${restored.error.message}`)
    }
    const tree = restored.value
    checkHashes(tree, hashes)
    const checked = snapshot && checkedTip && tree.get(checkedTip)
    if (snapshot && !checked) throw new DamagedDataError('the checked coins belong to no known block')
    return Promise.resolve({ tree, history: checked && copyChain(checked), lastTip: hint && tree.get(hint) })
  })
}
