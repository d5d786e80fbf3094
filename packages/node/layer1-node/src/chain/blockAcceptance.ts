import { assert, type Result } from '@ply/bytes'
import type { BlockNode } from '@ply/chain'
import { type BlockViolation, checkBlock, checkContextualBlock } from '@ply/consensus'
import type { Block, BlockHeader } from '@ply/primitives'
import type { BestChain } from './bestChain.ts'
import type { ChainListeners } from './chainListeners.ts'
import type { ChainManager } from './chainManager.ts'

/** How far above the tip a block that nobody asked for may lie. */
const MAX_UNREQUESTED_AHEAD = 288

/** Takes in headers and blocks that keep every rule that can be checked without coins. */
export class BlockAcceptance {
  readonly #chain: ChainManager
  readonly #best: BestChain
  readonly #listeners: ChainListeners

  constructor(chain: ChainManager, best: BestChain, listeners: ChainListeners) {
    this.#chain = chain
    this.#best = best
    this.#listeners = listeners
  }

  acceptHeader(header: BlockHeader): Result<BlockNode, BlockViolation> {
    const { tree, clock, log } = this.#chain
    const accepted = tree.acceptHeader(header, Math.floor(clock.now() / 1000))
    if (!accepted.ok) log.headerRefused(header, accepted.error)
    return accepted
  }

  /** Stores the block, unless nobody `requested` it and it cannot become the tip soon; then its header is kept alone. */
  async store(block: Block, requested: boolean): Promise<Result<BlockNode, BlockViolation>> {
    const { parameters, tree, blocks, source } = this.#chain
    const checked = checkBlock(block, parameters)
    if (!checked.ok) return checked
    const header = this.acceptHeader(block.header)
    if (!header.ok) return header
    const node = header.value
    if (node.data) return header
    if (!requested && !this.#isWorthKeeping(node)) return header
    assert(node.previous !== undefined, 'genesis is stored from the start')
    const contextual = checkContextualBlock(block, node.previous, parameters)
    if (!contextual.ok) {
      if (contextual.error.failure !== 'mutated') this.#best.markInvalid(node, contextual.error)
      return contextual
    }
    if (node.previous === tree.active.tip && !this.#chain.isInitialBlockDownload()) this.#listeners.blockAccepted(block)
    const location = await blocks.appendBlock(block, node.height)
    tree.receiveBlock(node, block.transactions.length, location)
    source.remember(block, location.length)
    return header
  }

  #isWorthKeeping(node: BlockNode): boolean {
    const { tip, parameters } = this.#chain
    return (
      node.chainWork >= tip.chainWork &&
      node.height <= tip.height + MAX_UNREQUESTED_AHEAD &&
      node.chainWork >= parameters.consensus.minimumChainWork
    )
  }

  /** Nobody sends the genesis block. */
  async storeGenesis(): Promise<void> {
    const { parameters, tree, blocks } = this.#chain
    const { genesis } = parameters
    tree.receiveBlock(tree.genesis, genesis.transactions.length, await blocks.appendBlock(genesis, 0))
  }
}
