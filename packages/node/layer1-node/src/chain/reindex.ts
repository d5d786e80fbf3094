import { BLOCK_INDEX_RANGE, type HeaderTree } from '@ply/chain'
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
 * Marks in the block index what is to be built anew: as `wanted`, or as a reindex that was interrupted left it. The coins
 * are to go then, before anything is read from them. Returns what is left to do besides connecting blocks: for `blocks`,
 * {@link indexBlockFiles}; {@link endReindex} ends it.
 */
export async function beginReindex(index: Store, wanted: ReindexScope | undefined): Promise<ReindexScope | undefined> {
  const mark = await index.get(REINDEX_KEY)
  const interrupted = mark && MARKS[mark[0] ?? -1]
  const scope = interrupted === 'blocks' ? interrupted : (wanted ?? interrupted)
  if (!scope) return undefined
  const begin: StoreOp[] = [{ type: 'put', key: REINDEX_KEY, value: Uint8Array.of(MARKS.indexOf(scope)) }]
  if (scope === 'blocks') begin.push({ type: 'del', key: TIP_HINT_KEY })
  await index.batch(begin, { sync: true })
  if (scope === 'blocks') await deleteRange(index, BLOCK_INDEX_RANGE)
  return scope
}

/** The index is complete and written: only coins are missing from now on, and those come as after any crash. */
export async function endReindex(index: Store): Promise<void> {
  await index.batch([{ type: 'del', key: REINDEX_KEY }], { sync: true })
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
