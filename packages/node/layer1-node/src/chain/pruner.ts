import type { BlockNode, HeaderTree } from '@ply/chain'
import type { Logger } from '@ply/ports'
import type { BlockStore } from '../storage/blockStore.ts'
import type { ChainStore } from './chainStore.ts'
import type { History } from './history.ts'
import { PruneLocks } from './pruneLocks.ts'
import { findPruneHeight, forgetOldBlocks, MIN_BLOCKS_TO_KEEP, type PruneTarget } from './pruning.ts'

export interface PrunerFields {
  readonly tree: HeaderTree
  readonly blocks: BlockStore
  readonly disk: ChainStore
  readonly target: PruneTarget | undefined
  /** The history that is still being checked. */
  history(): Pick<History, 'base' | 'tip'> | undefined
  readonly logger: Logger
}

/** Deletes old block files, by itself whenever a new one was begun or by hand. */
export class Pruner {
  readonly locks: PruneLocks
  readonly #fields: PrunerFields
  readonly #logger: Logger
  #lastFile = -1

  constructor(fields: PrunerFields) {
    this.#fields = fields
    this.#logger = fields.logger.child('validation')
    this.locks = new PruneLocks(fields.logger.child('prune'))
  }

  /** True if the tip lies in a file that none before it lay in: then files are deleted until they fit. */
  async tipMoved({ data, height }: BlockNode): Promise<boolean> {
    const { target } = this.#fields
    if (target === undefined || target === 'manual' || !data || data.file <= this.#lastFile) return false
    this.#lastFile = data.file
    await this.#prune(height, target)
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
