import { bytesToHex } from '@ply/bytes'
import { BLOCK_INDEX_RANGE, type BlockNode, COIN_RANGE, type HeaderTree, TIP_KEY } from '@ply/chain'
import { checkBlock, checkContextualBlock, formatViolation } from '@ply/consensus'
import type { BlobLocation, Clock, Logger, Store, StoreOp, StoreRange } from '@ply/ports'
import { type Block, computeBlockHash, decodeBlock, hashToDisplay, type NetworkParameters } from '@ply/primitives'
import type { BlockStore } from '../storage/blockStore.ts'
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

export interface BlockFilesFields {
  readonly parameters: NetworkParameters
  readonly blocks: BlockStore
  readonly clock: Clock
  readonly logger: Logger
  readonly progress?: ReportProgress
}

/** Tells the tree of every good block in the block files, in whatever order they lie. Returns how many there are. */
export async function indexBlockFiles(tree: HeaderTree, fields: BlockFilesFields): Promise<number> {
  /** Blocks whose parents come later, by the parent's hash. */
  const waiting = new Map<string, BlobLocation[]>()
  const now = Math.floor(fields.clock.now() / 1000)
  const { log } = fields.logger.child('reindex')
  let count = 0
  let file = -1
  for await (const { location, record, percent } of fields.blocks.storedBlocks()) {
    if (location.file !== file) {
      file = location.file
      fields.logger.log(
        'info',
        `Reindexing block file blk${String(file).padStart(5, '0')}.dat (${percent}% complete)...`,
      )
    }
    fields.progress?.('indexing block files', percent, 100)
    const block = decodeBlock(record)
    if (!block.ok) continue
    const ready: { readonly block: Block; readonly location: BlobLocation }[] = [{ block: block.value, location }]
    for (const next of ready) {
      const { previousBlockHash } = next.block.header
      if (!tree.get(previousBlockHash) && bytesToHex(previousBlockHash) !== NO_PARENT) {
        const siblings = waiting.get(bytesToHex(previousBlockHash)) ?? []
        waiting.set(bytesToHex(previousBlockHash), [...siblings, next.location])
        const hash = hashToDisplay(computeBlockHash(next.block.header))
        const parent = hashToDisplay(previousBlockHash)
        log('debug', `LoadExternalBlockFile: Out of order block ${hash}, parent ${parent} not known`)
        continue
      }
      const node = indexBlock(tree, next, { ...fields, now })
      if (!node) continue
      count++
      const children = waiting.get(bytesToHex(node.hash)) ?? []
      waiting.delete(bytesToHex(node.hash))
      for (const location of children) {
        const child = await fields.blocks.readBlock(location)
        const hash = hashToDisplay(computeBlockHash(child.header))
        log('debug', `LoadExternalBlockFile: Processing out of order child ${hash} of ${hashToDisplay(node.hash)}`)
        ready.push({ block: child, location })
      }
    }
  }
  fields.logger.log('info', 'Reindexing finished', { blocks: count })
  return count
}

const NO_PARENT = '00'.repeat(32)

function indexBlock(
  tree: HeaderTree,
  { block, location }: { readonly block: Block; readonly location: BlobLocation },
  { parameters, logger, now }: BlockFilesFields & { readonly now: number },
): BlockNode | undefined {
  const header = tree.acceptHeader(block.header, now)
  const node = header.ok ? header.value : undefined
  if (!node || node.data) return undefined
  const checked = node.previous ? checkBlock(block, parameters) : header
  const contextual = checked.ok && node.previous ? checkContextualBlock(block, node.previous, parameters) : checked
  if (!contextual.ok) {
    const fields = { hash: hashToDisplay(node.hash) }
    logger.log('warn', `a stored block is not valid: ${formatViolation(contextual.error)}`, fields)
    return undefined
  }
  tree.receiveBlock(node, block.transactions.length, location)
  return node
}
