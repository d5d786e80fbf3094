import type { Logger } from '@ply/ports'

/** Blocks below the last one that somebody read who may have to go back a little. */
const PRUNE_LOCK_BUFFER = 10

/** Who still needs which blocks: those from a height on are not deleted, and a few before them. */
export class PruneLocks {
  readonly #heights = new Map<string, number>()
  readonly #logger: Logger

  constructor(logger: Logger) {
    this.#logger = logger
  }

  /** `name` needs no block before `height`. */
  set(name: string, height: number): void {
    this.#heights.set(name, height)
  }

  /** `name` needs no blocks any more. */
  release(name: string): void {
    this.#heights.delete(name)
  }

  /** The block at `height` left the active chain: its holders must go back to the one before. */
  moveBack(height: number): void {
    for (const [name, locked] of this.#heights) {
      if (locked < height) continue
      this.#heights.set(name, height - 1)
      this.#logger.log('debug', `${name} prune lock moved back to ${height - 1}`)
    }
  }

  /** The highest block, at most `height`, that may be deleted. */
  limit(height: number): number {
    let limit = height
    let limiting: string | undefined
    for (const [name, locked] of this.#heights) {
      const lowest = locked - PRUNE_LOCK_BUFFER - 1
      limit = Math.max(1, Math.min(limit, lowest))
      if (limit === lowest) limiting = name
    }
    if (limiting !== undefined) this.#logger.log('debug', `${limiting} limited pruning to height ${limit}`)
    return limit
  }
}
