import type { BlockNode, HeaderTree } from '@ply/chain'
import type { Logger } from '@ply/ports'
import type { NetworkParameters } from '@ply/primitives'
import type { BlockStore } from '../storage/blockStore.ts'
import type { ChainStore } from './chainStore.ts'
import type { History } from './history.ts'
import { PruneLocks } from './pruneLocks.ts'
import { findPruneHeight, forgetOldBlocks, MIN_BLOCKS_TO_KEEP, type PruneTarget } from './pruning.ts'

/** A file of blocks is filled in as many parts; with each of them, old files may have to go. */
const PARTS = 8

export interface PrunerFields {
  readonly parameters: NetworkParameters
  readonly tree: HeaderTree
  readonly blocks: BlockStore
  readonly disk: ChainStore
  readonly target: PruneTarget | undefined
  /** The history that is still being checked. */
  history(): Pick<History, 'base' | 'tip'> | undefined
  readonly logger: Logger
}

/** Deletes old block files, by itself whenever a part of one was filled or by hand. */
export class Pruner {
  readonly locks: PruneLocks
  readonly #fields: PrunerFields
  readonly #logger: Logger
  #lastPart = -1

  constructor(fields: PrunerFields) {
    this.#fields = fields
    this.#logger = fields.logger.child('validation')
    this.locks = new PruneLocks(fields.logger.child('prune'))
  }

  /**
   * Deletes files where the tip lies in a part that none before it lay in, until the next part fits. True if it came to
   * that: then the coins were written, too.
   */
  async tipMoved({ data, height }: BlockNode): Promise<boolean> {
    const { target, blocks, parameters } = this.#fields
    if (target === undefined || target === 'manual' || !data) return false
    const partSize = blocks.fileSize / PARTS
    const part = data.file * PARTS + Math.floor(data.offset / partSize)
    if (part <= this.#lastPart) return false
    this.#lastPart = part
    // Undo data takes a sixteenth of the room, as in Bitcoin Core.
    const most = target - partSize - partSize / 16
    if (height <= parameters.pruneAfterHeight || (await blocks.size()) <= most) return false
    await this.#prune(height, most)
    return true
  }

  /** Deletes the block files that hold nothing above `height`. Returns the highest block that is gone. */
  async pruneTo(height: number): Promise<number | undefined> {
    await this.#prune(height, 0)
    return findPruneHeight(this.#fields.tree.active)
  }

  /** The coins are written first: after a crash, nothing that was deleted is connected again. */
  async #prune(height: number, target: number): Promise<void> {
    const { tree, blocks, disk } = this.#fields
    await disk.flush()
    const limit = Math.min(height, tree.active.height - MIN_BLOCKS_TO_KEEP, this.locks.limit(tree.active.height))
    const deleteFiles = await forgetOldBlocks(tree, blocks, { mayGo: this.#isOldEnough(limit), target })
    if (!deleteFiles) return
    await disk.flush()
    await deleteFiles()
    this.#logger.log('info', 'Prune: deleted block files', { height: findPruneHeight(tree.active) })
  }

  /** Of a history, the blocks that are still to be checked stay, and those last checked as those below the tip do. */
  #isOldEnough(limit: number): (node: BlockNode) => boolean {
    const history = this.#fields.history()
    return ({ height }) => {
      if (height > limit) return false
      return !history || height > history.base.height || height <= history.tip.height - MIN_BLOCKS_TO_KEEP
    }
  }
}
