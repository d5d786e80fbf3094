import type { BlockNode } from '@ply/chain'
import type { BlockUndo, BlockViolation } from '@ply/consensus'
import type { BlobLocation } from '@ply/ports'
import { DamagedDataError } from '../storage/blockStore.ts'
import type { ChainListeners } from './chainListeners.ts'
import type { ChainManager } from './chainManager.ts'
import type { ChainStore } from './chainStore.ts'
import { type JudgedBlock, judgeInOrder } from './connectQueue.ts'
import { takeBackBlock } from './connectTip.ts'
import type { Pruner } from './pruner.ts'

/** Of so many blocks that `invalidateblock` takes back the transactions wait in the pool again. */
const MAX_RETURNED_BLOCKS = 10

export interface BestChainFields {
  readonly disk: ChainStore
  readonly pruner: Pruner
  readonly listeners: ChainListeners
}

/** Moves the active chain, block by block, to where the most work is, and tells of each step. */
export class BestChain {
  readonly #chain: ChainManager
  readonly #disk: ChainStore
  readonly #pruner: Pruner
  readonly #listeners: ChainListeners
  /** Why blocks were refused in this run, while they were connected or before. */
  readonly violations = new Map<BlockNode, BlockViolation>()

  constructor(chain: ChainManager, { disk, pruner, listeners }: BestChainFields) {
    this.#chain = chain
    this.#disk = disk
    this.#pruner = pruner
    this.#listeners = listeners
  }

  /** Moves to the chain with the most work, trying the next best while one turns out invalid. `before`: what was the tip. */
  async activate(before = this.#chain.tree.active.tip): Promise<void> {
    const { tree } = this.#chain
    let moved = false
    for (;;) {
      const target = tree.mostWork()
      if (!target || target === tree.active.tip) break
      moved = true
      await this.#moveTowards(target)
    }
    // Also where a better chain turned out invalid and led back: listeners saw blocks come and go.
    await this.#tellTip(before, moved)
  }

  /** Connects a block that came by itself: the tip comes to rest on it, whatever follows. False if it is bad. */
  async join(judged: JudgedBlock): Promise<boolean> {
    const before = this.#chain.tree.active.tip
    const isGood = await this.connect(judged)
    if (isGood) await this.#tellTip(before)
    return isGood
  }

  /** Tells where the tip came to rest, if it `moved` away from `before`. */
  async #tellTip(before: BlockNode | undefined, moved = false): Promise<void> {
    const { active } = this.#chain.tree
    if (!active.tip || (active.tip === before && !moved)) return
    await this.#listeners.tipChanged(active.tip, before && active.findFork(before))
  }

  /** The whole way, but after a reorg only until the chain is better than it was: then others look at it first. */
  async #moveTowards(target: BlockNode): Promise<void> {
    const { tree } = this.#chain
    const workBefore = tree.active.tip?.chainWork ?? 0n
    const { disconnect, connect } = tree.planReorg(target)
    for (const node of disconnect) await this.#disconnect(node)
    const isReorg = disconnect.length > 0
    const better = isReorg ? connect.findIndex((node) => node.chainWork > workBefore) : -1
    for await (const judged of judgeInOrder(this.#chain, better < 0 ? connect : connect.slice(0, better + 1))) {
      if (!(await this.connect(judged))) break
    }
    if (!isReorg) return
    // Where chains are equally good, no block says which of them was the active one.
    await this.#disk.writeIndex()
    await this.#listeners.reorganised()
  }

  /** Applies a block on the tip on which the last word is said. False if it is bad. */
  async connect({ node, block, result }: JudgedBlock): Promise<boolean> {
    const { log, coins, tree } = this.#chain
    if (!result.ok) {
      log.blockInvalid(node, result.error)
      this.markInvalid(node, result.error)
      await this.#disk.writeIndex()
      return false
    }
    const { delta, undo } = result.value
    // A block that was connected before spent the same coins then.
    const location = node.undo ?? (await this.#appendUndo(node, undo))
    coins.apply(delta)
    tree.connected(node, location)
    await this.#tipMoved(node)
    await this.#listeners.blockConnected({ node, block, undo })
    return true
  }

  async #appendUndo({ data, hash, height }: BlockNode, undo: BlockUndo): Promise<BlobLocation | undefined> {
    return data && height > 0 ? this.#chain.blocks.appendUndo(hash, undo, data.file) : undefined
  }

  async #disconnect(node: BlockNode): Promise<void> {
    const chain = this.#chain
    const block = await chain.readBlock(node)
    const undo = await chain.readUndo(node).catch(() => undefined)
    if (!undo) throw new DamagedDataError('Failed to disconnect block.')
    chain.coins.apply(await takeBackBlock(chain, { node, block, undo }))
    chain.tree.disconnected(node)
    this.#pruner.locks.moveBack(node.height)
    await this.#tipMoved(chain.tip)
    await this.#listeners.blockDisconnected({ node, block, undo })
  }

  async #tipMoved(tip: BlockNode): Promise<void> {
    const { log } = this.#chain
    log.tipMoved(tip, this.#chain.isInitialBlockDownload() && tip.height % 1000 !== 0 ? 'debug' : 'info')
    if (!(await this.#pruner.tipMoved(tip))) await this.#disk.tipMoved()
  }

  markInvalid(node: BlockNode, violation: BlockViolation): void {
    this.violations.set(node, violation)
    this.#chain.tree.markInvalid(node, violation)
    this.#listeners.blockInvalid(node, violation)
  }

  /** Leaves `node`, which was declared invalid, for the best chain that is left. */
  async leave(node: BlockNode): Promise<void> {
    const { active } = this.#chain.tree
    const before = active.tip
    // One at a time: what was in a block may wait in the pool already for the block below to go.
    for (let count = 1; active.contains(node); count++) {
      await this.#disconnect(this.#chain.tip)
      await this.#listeners.reorganised(count > MAX_RETURNED_BLOCKS)
    }
    await this.#disk.writeIndex()
    await this.activate(before)
  }
}
