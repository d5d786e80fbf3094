import type { BlockNode } from '@ply/chain'
import {
  type BlockUndo,
  checkBlock,
  CoinsOverlay,
  createdOutpoints,
  disconnectBlock,
  formatViolation,
} from '@ply/consensus'
import type { Logger } from '@ply/ports'
import { type Block, hashToDisplay } from '@ply/primitives'
import type { ChainManager } from './chainManager.ts'
import { startBlock } from './connectTip.ts'

/**
 * How thoroughly blocks are verified: 0 they can be read, 1 they are valid in themselves, 2 so is their undo data, 3 the
 * coins can be taken back with it, 4 the blocks can be connected again.
 */
export interface VerifyScope {
  readonly level: number
  /** Blocks from the tip down; 0 or less for all. */
  readonly depth: number
}

export const DEFAULT_VERIFY_SCOPE: VerifyScope = { level: 3, depth: 6 }

/** What is on disk is not what should be there; said in the log. */
class VerificationError extends Error {}

/** One walk down the active chain and, at level 4, up again. */
class Verification {
  readonly #chain: ChainManager
  readonly #level: number
  readonly #coins: CoinsOverlay

  constructor(chain: ChainManager, level: number) {
    this.#chain = chain
    this.#level = level
    this.#coins = new CoinsOverlay(chain.coins)
  }

  async down(node: BlockNode): Promise<number> {
    const { height } = node
    const where = `${height}, hash=${hashToDisplay(node.hash)}`
    const block = await this.#read(node)
    if (this.#level >= 1) {
      const checked = checkBlock(block, this.#chain.parameters)
      if (!checked.ok) throw new VerificationError(`found bad block at ${where} (${formatViolation(checked.error)})`)
    }
    if (this.#level < 2) return 0
    const undo = await this.#chain.readUndo(node).catch(() => undefined)
    if (!undo) throw new VerificationError(`found bad undo data at ${where}`)
    if (this.#level < 3) return 0
    await this.#takeBack(block, undo, node)
    return block.transactions.length
  }

  async #read(node: BlockNode): Promise<Block> {
    const where = `${node.height}, hash=${hashToDisplay(node.hash)}`
    const block = node.data && (await this.#chain.blocks.readBlock(node.data).catch(() => undefined))
    if (!block) throw new VerificationError(`ReadBlock failed at ${where}`)
    return block
  }

  async #takeBack(block: Block, undo: BlockUndo, { height, hash }: BlockNode): Promise<void> {
    await this.#chain.loadCoins(createdOutpoints(block))
    const taken = disconnectBlock(block, undo, { height, coins: this.#coins })
    if (!taken.ok || !taken.value.clean) {
      throw new VerificationError(`coin database inconsistencies found at ${height}, hash=${hashToDisplay(hash)}`)
    }
    for (const outpoint of taken.value.delta.spent) this.#coins.remove(outpoint)
    for (const [outpoint, coin] of taken.value.delta.created) this.#coins.put(outpoint, coin)
  }

  async up(node: BlockNode): Promise<void> {
    const block = await this.#read(node)
    const below = { get: this.#coins.get.bind(this.#coins), load: this.#chain.loadCoins }
    const started = await startBlock(this.#chain, { node, block }, below)
    const verdict = started.ok ? await started.value.verdict : started
    if (!started.ok || !verdict.ok) {
      const where = `${node.height}, hash=${hashToDisplay(node.hash)}`
      throw new VerificationError(`found unconnectable block at ${where}`)
    }
    const { spent, created } = started.value.effects.delta
    for (const outpoint of spent) this.#coins.remove(outpoint)
    for (const [outpoint, coin] of created) this.#coins.put(outpoint, coin)
  }
}

/** True for a block that is gone, or that is still to be checked under coins that came from somewhere else. */
const isMissing = ({ pruned, history }: ChainManager, { data, height }: BlockNode): boolean =>
  (pruned && !data) || (history !== undefined && height <= history.base.height)

/**
 * Verifies the last blocks of the active chain and the coins as of its tip, without changing anything. `complete`: all
 * that was asked for is good; `pruned`: as far as blocks are there; `damaged`: the log says what is.
 */
export function verifyChain(
  chain: ChainManager,
  scope: VerifyScope,
  logger: Logger,
): Promise<'complete' | 'pruned' | 'damaged'> {
  return chain.exclusive(async () => {
    const level = Math.max(0, Math.min(4, scope.level))
    const depth = scope.depth <= 0 ? chain.tip.height : Math.min(scope.depth, chain.tip.height)
    logger.log('info', `Verifying last ${depth} blocks at level ${level}`)
    const verification = new Verification(chain, level)
    const visited: BlockNode[] = []
    let transactions = 0
    try {
      for (let node: BlockNode | undefined = chain.tip; node && visited.length < depth; node = node.previous) {
        if (isMissing(chain, node)) {
          const reason = 'This could be due to pruning or use of an assumeutxo snapshot.'
          logger.log('info', `Block verification stopping at height ${node.height} (no data). ${reason}`)
          break
        }
        transactions += await verification.down(node)
        visited.push(node)
      }
      if (level >= 4) for (const node of visited.toReversed()) await verification.up(node)
    } catch (error) {
      if (!(error instanceof VerificationError)) throw error
      logger.log('error', `Verification error: ${error.message}`)
      return 'damaged'
    }
    logger.log('info', `Verification: checked last ${visited.length} blocks at level ${level}`)
    if (level >= 3) {
      logger.log('info', `Verification: no coin database inconsistencies (${transactions} transactions)`)
    }
    return visited.length < depth ? 'pruned' : 'complete'
  })
}
