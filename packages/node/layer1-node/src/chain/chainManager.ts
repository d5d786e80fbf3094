import { assert, equalBytes, err, ok, type Result } from '@ply/bytes'
import type { HeaderTree } from '@ply/chain'
import { BlockNode, type CoinsCache } from '@ply/chain'
import {
  type BlockUndo,
  type BlockViolation,
  checkBlock,
  checkContextualBlock,
  checkContextualHeader,
  invalidBlock,
  type ScriptExecutionCache,
} from '@ply/consensus'
import type { BlobLocation, Clock, Logger, Store } from '@ply/ports'
import { type Block, type BlockHash, type BlockHeader, type NetworkParameters, type OutPoint } from '@ply/primitives'
import { SerialQueue } from '../serialQueue.ts'
import type { BlockStore } from '../storage/blockStore.ts'
import { DamagedDataError } from '../storage/blockStore.ts'
import type { ChainListener, ConnectedBlock } from './chainListener.ts'
import { ChainLog } from './chainLog.ts'
import { BlockSource } from './blockSource.ts'
import { type JudgedBlock, judgeInOrder } from './connectQueue.ts'
import { applyBlock, takeBackBlock } from './connectTip.ts'
import { ChainStore } from './chainStore.ts'
import { indexNewBlocks } from './indexBlocks.ts'
import { loadTree } from './loadTree.ts'
import { findPruneHeight, forgetOldBlocks, MIN_BLOCKS_TO_KEEP, PrunedError, type PruneTarget } from './pruning.ts'
import { PruneLocks } from './pruneLocks.ts'
import { createProgressListener, type ReportProgress } from './progress.ts'
import { endReindex, indexBlockFiles } from './reindex.ts'
import type { SignatureVerifier } from './signatureBatches.ts'

export interface ChainManagerFields {
  readonly parameters: NetworkParameters
  /** Headers, coins and the tip they belong to. */
  readonly store: Store
  readonly blocks: BlockStore
  readonly clock: Clock
  readonly logger: Logger
  /** Threads for blocks with many signatures; without, this thread verifies them all. */
  readonly signatures?: SignatureVerifier
  /** Shared with the mempool: transactions whose scripts need not be run again. */
  readonly scriptCache?: ScriptExecutionCache
  /** Bytes of memory that coins may take before they are written (`-dbcache`). */
  readonly coinsCacheBytes?: number
  /** The store holds no index yet, but there are block files: {@link beginReindex} said so. */
  readonly reindex?: boolean
  /** Delete old block files; none by default. */
  readonly prune?: PruneTarget
  /** Seconds after which a tip means that blocks are missing; a day by default. */
  readonly maxTipAge?: number
  /** Called once when memory and disk may differ: nothing is written any more. */
  failed?(error: unknown): void
  /** How far the node is on its way to the best chain it knows of. */
  readonly progress?: ReportProgress
}

/** How far above the tip a block that nobody asked for may lie. */
const MAX_UNREQUESTED_AHEAD = 288
/** A tip older than this means that we are still catching up. */
const DEFAULT_MAX_TIP_AGE = 24 * 3600
/** Of so many blocks that `invalidateblock` takes back the transactions wait in the pool again. */
const MAX_RETURNED_BLOCKS = 10

/**
 * The chain on disk. All changes go through one queue, so that each sees the outcome of the one before; reading the
 * header tree needs no waiting. Blocks are with the operating system before anybody hears of them; the index and the
 * coins are written now and then, and what they miss after a crash is found and connected again from the stored blocks.
 */
export class ChainManager {
  readonly parameters: NetworkParameters
  readonly tree: HeaderTree
  readonly coins: CoinsCache
  /** Makes the coins of these outpoints readable in {@link coins}; to be called from inside the queue. */
  readonly loadCoins: (outpoints: readonly OutPoint[]) => Promise<void>
  readonly blocks: BlockStore
  readonly clock: Clock
  readonly signatures: SignatureVerifier | undefined
  readonly scriptCache: ScriptExecutionCache | undefined
  readonly source: BlockSource
  readonly #store: Store
  readonly #logger: Logger
  readonly log: ChainLog
  readonly #queue = new SerialQueue()
  readonly #listeners: ChainListener[] = []
  readonly #violations = new Map<BlockNode, BlockViolation>()
  readonly #disk: ChainStore
  readonly #failed: (error: unknown) => void
  #broken = false
  #initialDownload = true
  readonly pruneTarget: PruneTarget | undefined
  readonly pruneLocks: PruneLocks
  readonly #maxTipAge: number
  #lastFile = -1

  private constructor(fields: ChainManagerFields, tree: HeaderTree) {
    this.parameters = fields.parameters
    this.tree = tree
    this.blocks = fields.blocks
    this.clock = fields.clock
    this.signatures = fields.signatures
    this.scriptCache = fields.scriptCache
    this.source = new BlockSource(fields.blocks, fields.parameters)
    this.pruneTarget = fields.prune
    this.#maxTipAge = fields.maxTipAge ?? DEFAULT_MAX_TIP_AGE
    this.#disk = new ChainStore({ ...fields, tree })
    this.coins = this.#disk.coins
    this.loadCoins = this.#disk.loadCoins
    this.#store = fields.store
    this.#logger = fields.logger.child('validation')
    this.log = new ChainLog(this.#logger)
    this.pruneLocks = new PruneLocks(fields.logger.child('prune'))
    this.#failed = (error) => fields.failed?.(error)
  }

  /** Loads what is on disk and connects the blocks that the coins lack. */
  static async open(fields: ChainManagerFields): Promise<ChainManager> {
    const { tree, lastTip } = await loadTree(fields)
    const chain = new ChainManager(fields, tree)
    if (fields.progress) chain.subscribe(createProgressListener(tree, fields.progress))
    await chain.#run(async () => {
      const files = { ...fields, logger: chain.#logger }
      await (fields.reindex ? indexBlockFiles(tree, files) : indexNewBlocks(tree, files))
      if (fields.prune === undefined && findPruneHeight(tree) !== undefined) throw new PrunedError()
      if (!tree.genesis.data && !tree.active.tip) await chain.#storeGenesis()
      // First the chain that was active when the process ended: an equally good one must not win by accident.
      if (lastTip?.isConnectable) tree.precious(lastTip)
      await chain.#disk.writeIndex()
      if (fields.reindex) await endReindex(fields.store)
      await chain.#activateBest()
      // Counted from the tip it is now, so that a block declared precious later comes before it.
      if (lastTip?.isConnectable) tree.precious(lastTip)
    })
    return chain
  }

  /** Bytes of memory that coins may take. */
  get coinsCacheBytes(): number {
    return this.#disk.coinsCacheBytes
  }

  get tip(): BlockNode {
    const { tip } = this.tree.active
    assert(tip !== undefined, 'genesis is connected before anybody asks')
    return tip
  }

  /** Tells `listener` of all changes from now on. */
  subscribe(listener: ChainListener): () => void {
    this.#listeners.push(listener)
    return () => {
      const at = this.#listeners.indexOf(listener)
      if (at >= 0) this.#listeners.splice(at, 1)
    }
  }

  /** A task that throws may have done half of its work: it is the last one. */
  #run<T>(task: () => Promise<T>): Promise<T> {
    return this.#queue.run(async () => {
      if (this.#broken) throw new Error('the chain stopped after an error')
      try {
        return await task()
      } catch (error) {
        this.#broken = true
        this.#logger.log('error', 'the chain cannot go on', { error })
        this.#failed(error)
        throw error
      }
    })
  }

  /** Runs `task` while nothing else changes the chain. It must not call another method that queues. */
  exclusive<T>(task: () => Promise<T>): Promise<T> {
    return this.#run(task)
  }

  isInitialBlockDownload(): boolean {
    if (!this.#initialDownload) return false
    const { tip } = this.tree.active
    if (!tip || tip.chainWork < this.parameters.consensus.minimumChainWork) return true
    if (tip.time < Math.floor(this.clock.now() / 1000) - this.#maxTipAge) return true
    this.#initialDownload = false
    this.#logger.log('info', 'Leaving InitialBlockDownload (latching to false)')
    return false
  }

  /** Adds headers that follow each other; returns the last, or the first violation (those before it stay). */
  acceptHeaders(headers: readonly BlockHeader[]): Promise<Result<BlockNode, BlockViolation>> {
    return this.#run(async () => {
      const { bestHeader } = this.tree
      let last: Result<BlockNode, BlockViolation> = ok(this.tip)
      for (const header of headers) {
        last = this.#acceptHeader(header)
        if (!last.ok) break
      }
      if (last.ok && this.tree.bestHeader !== bestHeader && this.isInitialBlockDownload()) {
        this.log.headersAccepted(last.value, this.clock.now(), this.parameters)
      }
      await this.#disk.writeIndex()
      return last
    })
  }

  #acceptHeader(header: BlockHeader): Result<BlockNode, BlockViolation> {
    const accepted = this.tree.acceptHeader(header, Math.floor(this.clock.now() / 1000))
    if (!accepted.ok) this.log.headerRefused(header, accepted.error)
    return accepted
  }

  /**
   * Checks a block, stores it, and moves to the best chain. A block that nobody `requested` is stored only if it can
   * become the tip soon. Returns its node, or the rule that it broke (also while being connected).
   */
  acceptBlock(
    block: Block,
    { requested }: { readonly requested: boolean },
  ): Promise<Result<BlockNode, BlockViolation>> {
    return this.#run(async () => {
      const accepted = await this.#storeBlock(block, requested)
      if (!accepted.ok) this.log.blockRefused(accepted.error)
      // Of a block that is not stored, only the index knows.
      if (!accepted.ok || !accepted.value.data) await this.#disk.writeIndex()
      if (!accepted.ok) return accepted
      await this.#activateBest()
      const violation = this.#violations.get(accepted.value)
      return violation ? err(violation) : accepted
    })
  }

  async #storeBlock(block: Block, requested: boolean): Promise<Result<BlockNode, BlockViolation>> {
    const checked = checkBlock(block, this.parameters)
    if (!checked.ok) return checked
    const header = this.#acceptHeader(block.header)
    if (!header.ok) return header
    const node = header.value
    if (node.data) return header
    if (!requested && !this.#isWorthKeeping(node)) return header
    assert(node.previous !== undefined, 'genesis is stored from the start')
    const contextual = checkContextualBlock(block, node.previous, this.parameters)
    if (!contextual.ok) {
      if (contextual.error.failure !== 'mutated') this.#markInvalid(node, contextual.error)
      return contextual
    }
    if (node.previous === this.tree.active.tip && !this.isInitialBlockDownload()) {
      for (const listener of [...this.#listeners]) listener.blockAccepted?.(block)
    }
    const location = await this.blocks.appendBlock(block)
    this.tree.receiveBlock(node, block.transactions.length, location)
    this.source.remember(block, location.length)
    return header
  }

  #isWorthKeeping(node: BlockNode): boolean {
    return (
      node.chainWork >= this.tip.chainWork &&
      node.height <= this.tip.height + MAX_UNREQUESTED_AHEAD &&
      node.chainWork >= this.parameters.consensus.minimumChainWork
    )
  }

  async #storeGenesis(): Promise<void> {
    const { genesis } = this.parameters
    this.tree.receiveBlock(this.tree.genesis, genesis.transactions.length, await this.blocks.appendBlock(genesis))
  }

  /** The block's transactions, from memory or from disk. */
  readBlock(node: BlockNode): Promise<Block> {
    return this.source.read(node)
  }

  /** The coins that a block spent; undefined where it never was connected. */
  async readUndo(node: BlockNode): Promise<BlockUndo | undefined> {
    if (node.height === 0) return []
    return node.undo && (await this.blocks.readUndo(node.hash, node.undo))
  }

  /** Moves to the chain with the most work, trying the next best while one turns out invalid. */
  async #activateBest(before = this.tree.active.tip): Promise<void> {
    let moved = before !== this.tree.active.tip
    for (;;) {
      const target = this.tree.mostWork()
      if (!target || target === this.tree.active.tip) break
      moved = true
      await this.#moveTowards(target)
    }
    const after = this.tree.active.tip
    // Also where a better chain turned out invalid and led back: listeners saw blocks come and go.
    if (after && moved) {
      const fork = before && this.tree.active.findFork(before)
      for (const listener of [...this.#listeners]) await listener.tipChanged?.(after, fork)
    }
  }

  /** The whole way, but after a reorg only until the chain is better than it was: then others look at it first. */
  async #moveTowards(target: BlockNode): Promise<void> {
    const workBefore = this.tree.active.tip?.chainWork ?? 0n
    const { disconnect, connect } = this.tree.planReorg(target)
    for (const node of disconnect) await this.#disconnect(node)
    const isReorg = disconnect.length > 0
    const better = isReorg ? connect.findIndex((node) => node.chainWork > workBefore) : -1
    for await (const judged of judgeInOrder(this, better < 0 ? connect : connect.slice(0, better + 1))) {
      if (!(await this.#connect(judged))) break
    }
    if (!isReorg) return
    // Where chains are equally good, no block says which of them was the active one.
    await this.#disk.writeIndex()
    await this.#tellReorganised()
  }

  async #tellReorganised(deep = false): Promise<void> {
    for (const listener of [...this.#listeners]) await listener.reorganised?.(deep)
  }

  async #connect({ node, block, result }: JudgedBlock): Promise<boolean> {
    if (!result.ok) {
      this.log.blockInvalid(node, result.error)
      this.#markInvalid(node, result.error)
      await this.#disk.writeIndex()
      return false
    }
    const { delta, undo } = result.value
    // A block that was connected before spent the same coins then.
    const location = node.undo ?? (await this.#appendUndo(node, undo))
    this.coins.apply(delta)
    this.tree.connected(node, location)
    await this.#tipMoved(node)
    await this.#tell('blockConnected', { node, block, undo })
    return true
  }

  async #appendUndo(node: BlockNode, undo: BlockUndo): Promise<BlobLocation | undefined> {
    return node.data && node.height > 0 ? this.blocks.appendUndo(node.hash, undo, node.data.file) : undefined
  }

  async #disconnect(node: BlockNode): Promise<void> {
    const block = await this.readBlock(node)
    const undo = await this.readUndo(node).catch(() => undefined)
    if (!undo) throw new DamagedDataError('Failed to disconnect block.')
    this.coins.apply(await takeBackBlock(this, { node, block, undo }))
    this.tree.disconnected(node)
    this.pruneLocks.moveBack(node.height)
    await this.#tipMoved(this.tip)
    await this.#tell('blockDisconnected', { node, block, undo })
  }

  async #tipMoved(tip: BlockNode): Promise<void> {
    this.log.tipMoved(tip, this.isInitialBlockDownload() && tip.height % 1000 !== 0 ? 'debug' : 'info')
    if (this.pruneTarget !== undefined && this.pruneTarget !== 'manual' && tip.data && tip.data.file > this.#lastFile) {
      this.#lastFile = tip.data.file
      await this.#prune(tip.height, this.pruneTarget)
      return
    }
    await this.#disk.tipMoved()
  }

  async #tell(event: 'blockConnected' | 'blockDisconnected', what: ConnectedBlock): Promise<void> {
    for (const listener of [...this.#listeners]) await listener[event]?.(what)
  }

  #markInvalid(node: BlockNode, violation: BlockViolation): void {
    this.#violations.set(node, violation)
    this.tree.markInvalid(node, violation)
    for (const listener of this.#listeners) listener.blockInvalid?.(node, violation)
  }

  /** `invalidateblock`: false for genesis. */
  invalidate(node: BlockNode): Promise<boolean> {
    return this.#run(async () => {
      const before = this.tree.active.tip
      if (!this.tree.invalidate(node)) return false
      // One at a time: what was in a block may wait in the pool already for the block below to go.
      for (let count = 1; this.tree.active.contains(node); count++) {
        await this.#disconnect(this.tip)
        await this.#tellReorganised(count > MAX_RETURNED_BLOCKS)
      }
      await this.#disk.writeIndex()
      await this.#activateBest(before)
      return true
    })
  }

  reconsider(node: BlockNode): Promise<void> {
    return this.#run(async () => {
      this.tree.reconsider(node)
      this.#violations.clear()
      await this.#disk.writeIndex()
      await this.#activateBest()
    })
  }

  precious(node: BlockNode): Promise<void> {
    return this.#run(async () => {
      this.tree.precious(node)
      await this.#activateBest()
    })
  }

  /** Makes the store equal to what is in memory, safe from a power cut. */
  flush(): Promise<void> {
    return this.#run(() => this.#disk.flush())
  }

  /** Flushes, then answers for the store as it is: for scans over all coins. */
  async withFlushedStore<T>(task: (store: Store, tip: BlockNode) => Promise<T>): Promise<T> {
    return this.#run(async () => {
      await this.#disk.flush()
      return task(this.#store, this.tip)
    })
  }

  async close(): Promise<void> {
    await this.#queue.drain()
    if (!this.#broken) await this.flush()
  }

  /**
   * What would become of a block on the tip that has no proof of work yet. Changes nothing. Violations as
   * {@link acceptBlock}, `inconclusive-not-best-prevblk` for a block that does not follow the tip.
   */
  testBlock(block: Block): Promise<Result<undefined, BlockViolation>> {
    return this.#run(async () => {
      const { parameters, tip: previous } = this
      if (!equalBytes(block.header.previousBlockHash, previous.hash)) {
        return invalidBlock('missing-prev', 'inconclusive-not-best-prevblk')
      }
      const now = Math.floor(this.clock.now() / 1000)
      const checked = checkBlock(block, parameters, { checkProofOfWork: false })
      if (!checked.ok) return checked
      const header = checkContextualHeader(block.header, { parameters, previous, now })
      if (!header.ok) return header
      const contextual = checkContextualBlock(block, previous, parameters)
      if (!contextual.ok) return contextual
      const applied = await applyBlock(this, new BlockNode(block.header, previous), block)
      return applied.ok ? ok(undefined) : applied
    })
  }

  /** Whether block files may have been deleted. */
  get pruned(): boolean {
    return this.pruneTarget !== undefined
  }

  /** Deletes the block files that hold nothing above `height`. Returns the highest block that is gone. */
  prune(height: number): Promise<number | undefined> {
    return this.#run(async () => {
      await this.#prune(height, 0)
      return findPruneHeight(this.tree)
    })
  }

  /** The coins are written first: after a crash, nothing that was deleted is connected again. */
  async #prune(height: number, target: number): Promise<void> {
    await this.#disk.flush()
    const limit = Math.min(height, this.tip.height - MIN_BLOCKS_TO_KEEP, this.pruneLocks.limit(this.tip.height))
    const deleteFiles = await forgetOldBlocks(this.tree, this.blocks, { height: limit, target })
    if (!deleteFiles) return
    await this.#disk.flush()
    await deleteFiles()
    this.#logger.log('info', 'Prune: deleted block files', { height: findPruneHeight(this.tree) })
  }

  find(hash: Uint8Array): BlockNode | undefined {
    return this.tree.get(hash as BlockHash)
  }

  /** The violation for which a block was refused while it was connected. */
  violationOf(node: BlockNode): BlockViolation | undefined {
    if (!node.failed) return undefined
    return this.#violations.get(node) ?? invalidBlock('cached-invalid', 'duplicate-invalid').error
  }
}
