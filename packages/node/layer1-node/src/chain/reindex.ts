import { BLOCK_INDEX_RANGE, COIN_RANGE, type HeaderTree, TIP_KEY } from '@ply/chain'
import type { Store, StoreOp, StoreRange } from '@ply/ports'
import { type BlockFilesFields, BlockIndexer } from './indexBlocks.ts'
import { TIP_HINT_KEY } from './loadTree.ts'
import type { ReportProgress } from './progress.ts'

/** What is built anew: the coins from the blocks of the index, or first the index itself from the block files. */
export type ReindexScope = 'coins' | 'blocks'

/** `R`: a reindex is under way; a process that died in it begins again. */
const REINDEX_KEY = Uint8Array.of(0x52)
const MARKS: readonly ReindexScope[] = ['coins', 'blocks']
const DELETED_AT_ONCE = 10_000

async function deleteRange(store: Store, range: StoreRange): Promise<void> {
  const ops: StoreOp[] = []
  for await (const [key] of store.iterate(range)) {
    ops.push({ type: 'del', key })
    if (ops.length >= DELETED_AT_ONCE) await store.batch(ops.splice(0))
  }
  if (ops.length > 0) await store.batch(ops)
}

/**
 * Forgets what is to be built anew: as `wanted`, or as a reindex that was interrupted. Returns what is left to do
 * besides connecting blocks: for `blocks`, {@link indexBlockFiles} and {@link endReindex}.
 */
export async function beginReindex(store: Store, wanted: ReindexScope | undefined): Promise<ReindexScope | undefined> {
  const mark = await store.get(REINDEX_KEY)
  const interrupted = mark && MARKS[mark[0] ?? -1]
  const scope = interrupted === 'blocks' ? interrupted : (wanted ?? interrupted)
  if (!scope) return undefined
  const begin: StoreOp[] = [
    { type: 'put', key: REINDEX_KEY, value: Uint8Array.of(MARKS.indexOf(scope)) },
    { type: 'del', key: TIP_KEY },
  ]
  if (scope === 'blocks') begin.push({ type: 'del', key: TIP_HINT_KEY })
  await store.batch(begin, { sync: true })
  await deleteRange(store, COIN_RANGE)
  if (scope === 'blocks') await deleteRange(store, BLOCK_INDEX_RANGE)
  else await endReindex(store)
  return scope
}

/** The index is complete and written: only coins are missing from now on, and those come as after any crash. */
export async function endReindex(store: Store): Promise<void> {
  await store.batch([{ type: 'del', key: REINDEX_KEY }], { sync: true })
}

/** Tells the tree of every good block in the block files. Returns how many there are. */
export async function indexBlockFiles(
  tree: HeaderTree,
  fields: BlockFilesFields & { readonly progress?: ReportProgress },
): Promise<number> {
  const { blocks, logger, progress } = fields
  const indexer = new BlockIndexer(tree, fields)
  let count = 0
  let file = -1
  for await (const { percent, ...stored } of blocks.storedBlocks()) {
    if (stored.location.file !== file) {
      file = stored.location.file
      logger.log('info', `Reindexing block file blk${String(file).padStart(5, '0')}.dat (${percent}% complete)...`)
    }
    progress?.('indexing block files', percent, 100)
    count += await indexer.add(stored)
  }
  logger.log('info', 'Reindexing finished', { blocks: count })
  return count
}
