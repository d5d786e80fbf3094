import { bytesToHex } from '@ply/bytes'
import type { BlockNode, HeaderTree } from '@ply/chain'
import { checkBlock, checkContextualBlock, formatViolation } from '@ply/consensus'
import type { BlobLocation, Clock, Logger } from '@ply/ports'
import { type Block, computeBlockHash, decodeBlock, hashToDisplay, type NetworkParameters } from '@ply/primitives'
import type { RecordsScope, RecordsStart, StoredRecord } from '@ply/storage'
import type { BlockStore } from '../storage/blockStore.ts'

export interface BlockFilesFields {
  readonly parameters: NetworkParameters
  readonly blocks: BlockStore
  readonly clock: Clock
  readonly logger: Logger
}

interface StoredBlock {
  readonly block: Block
  readonly location: BlobLocation
}

const NO_PARENT = '00'.repeat(32)

/** Tells a tree of blocks in the block files, in whatever order they lie. */
export class BlockIndexer {
  readonly #tree: HeaderTree
  readonly #fields: BlockFilesFields
  readonly #log: Logger['log']
  /** In seconds. */
  readonly #now: number
  /** Blocks whose parents come later, by the parent's hash. */
  readonly #waiting = new Map<string, BlobLocation[]>()

  constructor(tree: HeaderTree, fields: BlockFilesFields) {
    this.#tree = tree
    this.#fields = fields
    const { log } = fields.logger.child('reindex')
    this.#log = log
    this.#now = Math.floor(fields.clock.now() / 1000)
  }

  /** Takes in a record, if it is a good block. Returns how many blocks the tree has more: also those that waited for it. */
  async add({ record, location }: StoredRecord): Promise<number> {
    const decoded = decodeBlock(record)
    if (!decoded.ok) return 0
    let count = 0
    const ready: StoredBlock[] = [{ block: decoded.value, location }]
    for (const next of ready) {
      if (this.#waitsForParent(next)) continue
      const node = this.#index(next)
      if (!node) continue
      count++
      for (const child of this.#takeChildren(node)) {
        const block = await this.#fields.blocks.readBlock(child)
        const hash = hashToDisplay(computeBlockHash(block.header))
        const parent = hashToDisplay(node.hash)
        this.#log('debug', `LoadExternalBlockFile: Processing out of order child ${hash} of ${parent}`)
        ready.push({ block, location: child })
      }
    }
    return count
  }

  #waitsForParent({ block: { header }, location }: StoredBlock): boolean {
    const { previousBlockHash } = header
    const key = bytesToHex(previousBlockHash)
    if (key === NO_PARENT || this.#tree.get(previousBlockHash)) return false
    this.#waiting.set(key, [...(this.#waiting.get(key) ?? []), location])
    const hash = hashToDisplay(computeBlockHash(header))
    const parent = hashToDisplay(previousBlockHash)
    this.#log('debug', `LoadExternalBlockFile: Out of order block ${hash}, parent ${parent} not known`)
    return true
  }

  #takeChildren({ hash }: BlockNode): readonly BlobLocation[] {
    const key = bytesToHex(hash)
    const children = this.#waiting.get(key) ?? []
    this.#waiting.delete(key)
    return children
  }

  #index({ block, location }: StoredBlock): BlockNode | undefined {
    const { parameters, logger } = this.#fields
    const header = this.#tree.acceptHeader(block.header, this.#now)
    const node = header.ok ? header.value : undefined
    if (!node || node.data) return undefined
    const checked = node.previous ? checkBlock(block, parameters) : header
    const contextual = checked.ok && node.previous ? checkContextualBlock(block, node.previous, parameters) : checked
    if (!contextual.ok) {
      const fields = { hash: hashToDisplay(node.hash) }
      logger.log('warn', `a stored block is not valid: ${formatViolation(contextual.error)}`, fields)
      return undefined
    }
    this.#tree.receiveBlock(node, block.transactions.length, location)
    return node
  }
}

/** Tells the tree of the blocks that were stored after its index was written, by a process that died soon. */
export async function indexNewBlocks(tree: HeaderTree, fields: BlockFilesFields): Promise<void> {
  const { blocks, logger } = fields
  const indexer = new BlockIndexer(tree, fields)
  let count = 0
  for (const scope of findUnindexed(indexedEnds(tree))) {
    for await (const stored of blocks.storedBlocks(scope)) count += await indexer.add(stored)
  }
  if (count > 0) logger.log('info', 'the index lacked blocks that are stored', { blocks: count })
}

/** Where blocks may lie that the index does not know of: behind the last one of each row, and in files after that. */
function findUnindexed(ends: readonly RecordsStart[]): RecordsScope[] {
  return ends.map((from, i) => (i === ends.length - 1 ? { from } : { from, to: from.file }))
}

/** Where the last block ends that the index knows of, in each row: there blocks are stored one behind the other. */
function indexedEnds(tree: HeaderTree): RecordsStart[] {
  const split = tree.assumed?.height ?? Infinity
  const ends: (RecordsStart | undefined)[] = [undefined, undefined]
  for (const { data, height } of tree.nodes()) {
    const row = Number(height >= split)
    const end = ends[row]
    if (!data || (end && (data.file - end.file || data.offset - end.offset) < 0)) continue
    ends[row] = { file: data.file, offset: data.offset + data.length }
  }
  return ends.filter((end) => end !== undefined).sort((a, b) => a.file - b.file || a.offset - b.offset)
}
