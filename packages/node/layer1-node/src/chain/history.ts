import { assert, ok, type Result } from '@ply/bytes'
import { ActiveChain, type BlockNode } from '@ply/chain'
import type { BlockViolation } from '@ply/consensus'
import type { Logger } from '@ply/ports'
import { DamagedDataError } from '../storage/blockStore.ts'
import type { ChainListeners } from './chainListeners.ts'
import { ChainLog } from './chainLog.ts'
import type { ChainManager } from './chainManager.ts'
import type { Chainstate } from './chainstate.ts'
import type { ChainStore } from './chainStore.ts'
import { type JudgedBlock, judgeInOrder, type QueuedChain } from './connectQueue.ts'
import { type BlockEffects, takeBackBlock } from './connectTip.ts'
import type { Pruner } from './pruner.ts'

/** Blocks that are checked in one turn of the chain: what comes to its tip waits no longer. */
const BLOCKS_A_TURN = 8
/** Of so many checked blocks the log tells of one. */
const LOG_INTERVAL = 2000

export interface HistoryFields {
  readonly chain: ChainManager
  readonly disk: ChainStore
  readonly pruner: Pruner
  readonly listeners: ChainListeners
  readonly logger: Logger
}

/** The blocks under coins that came from somewhere else, checked one after another with coins of their own. */
export class History {
  /** The block that those coins are as of. */
  readonly base: BlockNode
  readonly state: Chainstate
  readonly #fields: HistoryFields
  readonly #chain: QueuedChain

  constructor(base: BlockNode, state: Chainstate, fields: HistoryFields) {
    this.base = base
    this.state = state
    this.#fields = fields
    const { parameters, tree, scriptCache, signatures, source } = fields.chain
    const { active, coins, loadCoins } = state
    const log = new ChainLog(fields.logger, '[background validation] ')
    this.#chain = { active, coins, loadCoins, log, parameters, tree, scriptCache, signatures, source }
  }

  /** The last block that was checked; on another branch than the base where the chain was before. */
  get tip(): BlockNode {
    const { tip } = this.state.active
    assert(tip !== undefined, 'a history begins with a chain')
    return tip
  }

  /** Every block up to the base was checked. */
  get isComplete(): boolean {
    return this.tip === this.base
  }

  get canAdvance(): boolean {
    return this.#ready(1).length > 0
  }

  /** The next blocks that are there. */
  #ready(count: number): BlockNode[] {
    const ready: BlockNode[] = []
    for (let height = this.#fork.height + 1; ready.length < count && height <= this.base.height; height++) {
      const node = this.base.ancestor(height)!
      if (!node.data) break
      ready.push(node)
    }
    return ready
  }

  get #fork(): BlockNode {
    return this.state.active.findFork(this.base)!
  }

  /** Checks some of the blocks that are there. A violation means that the base is bad, too. */
  async advance(): Promise<Result<undefined, BlockViolation>> {
    const ready = this.#ready(BLOCKS_A_TURN)
    if (ready.length === 0) return ok(undefined)
    for (const fork = this.#fork; this.tip !== fork;) await this.#takeBack()
    for await (const judged of judgeInOrder(this.#chain, ready)) {
      if (!judged.result.ok) return judged.result
      await this.#connect(judged, judged.result.value)
    }
    return ok(undefined)
  }

  async #connect({ node, block }: JudgedBlock, { delta, undo }: BlockEffects): Promise<void> {
    const { chain, disk, pruner, listeners } = this.#fields
    const { data, hash } = node
    const location = node.undo ?? (data && (await chain.blocks.appendUndo(hash, undo, data.file)))
    this.state.coins.apply(delta)
    this.state.active.setTip(node)
    chain.tree.checked(node, location)
    if (node.height % LOG_INTERVAL === 0) this.#chain.log.tipMoved(node, 'info')
    if (!(await pruner.tipMoved(node))) await disk.tipMoved()
    listeners.historyChecked({ node, block, undo })
  }

  async #takeBack(): Promise<void> {
    const { chain, disk } = this.#fields
    const node = this.tip
    const block = await chain.readBlock(node)
    const undo = await chain.readUndo(node).catch(() => undefined)
    if (!undo) throw new DamagedDataError('Failed to disconnect block.')
    this.state.coins.apply(await takeBackBlock(this.#chain, { node, block, undo }))
    this.state.active.setTip(node.previous)
    await disk.tipMoved()
  }
}

/** The chain of a history, which goes on from what another chain was. */
export function copyChain(tip: BlockNode): ActiveChain {
  const chain = new ActiveChain()
  chain.setTip(tip)
  return chain
}
