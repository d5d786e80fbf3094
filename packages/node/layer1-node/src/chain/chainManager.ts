import { assert, err, ok, type Result } from '@ply/bytes'
import { type ActiveChain, type BlockNode, checkTreeConsistency, type CoinsCache, type HeaderTree } from '@ply/chain'
import { type BlockUndo, type BlockViolation, invalidBlock, type ScriptExecutionCache } from '@ply/consensus'
import type { Clock, Logger, Store } from '@ply/ports'
import { type Block, type BlockHash, type BlockHeader, type NetworkParameters, type OutPoint } from '@ply/primitives'
import { everyNth } from '../everyNth.ts'
import { SerialQueue } from '../serialQueue.ts'
import type { BlockStore } from '../storage/blockStore.ts'
import { AssumedCoins } from './assumedCoins.ts'
import { BestChain } from './bestChain.ts'
import type { ChainListener } from './chainListener.ts'
import { ChainListeners } from './chainListeners.ts'
import { ChainLog } from './chainLog.ts'
import type { ChainManagerFields } from './chainManagerFields.ts'
import { BlockAcceptance } from './blockAcceptance.ts'
import { BlocksAhead } from './blocksAhead.ts'
import { BlockSource } from './blockSource.ts'
import { Chainstate } from './chainstate.ts'
import { ChainStore } from './chainStore.ts'
import type { History } from './history.ts'
import { indexNewBlocks } from './indexBlocks.ts'
import { InitialDownload } from './initialDownload.ts'
import { type LoadedTree, loadTree } from './loadTree.ts'
import { Pruner } from './pruner.ts'
import { checkUnpruned, type PruneTarget } from './pruning.ts'
import type { PruneLocks } from './pruneLocks.ts'
import { createProgressListener } from './progress.ts'
import { endReindex, indexBlockFiles } from './reindex.ts'
import type { SignatureVerifier } from './signatureBatches.ts'
import { testBlock } from './testBlock.ts'

/**
 * The chain on disk. All changes go through one queue, so that each sees the outcome of the one before; reading the
 * header tree needs no waiting. Blocks are with the operating system before anybody hears of them; the index and the
 * coins are written now and then, and what they miss after a crash is found and connected again from the stored blocks.
 */
export class ChainManager {
  readonly parameters: NetworkParameters
  readonly tree: HeaderTree
  readonly blocks: BlockStore
  readonly clock: Clock
  readonly signatures: SignatureVerifier | undefined
  readonly scriptCache: ScriptExecutionCache | undefined
  readonly source: BlockSource
  readonly #logger: Logger
  readonly log: ChainLog
  readonly #queue = new SerialQueue()
  readonly #listeners = new ChainListeners()
  readonly #initialDownload: InitialDownload
  readonly #disk: ChainStore
  readonly #pruner: Pruner
  readonly #best: BestChain
  readonly #acceptance: BlockAcceptance
  readonly #ahead: BlocksAhead
  readonly #assumed: AssumedCoins
  readonly #failed: (error: unknown) => void
  readonly #isCheckDue: () => boolean
  #broken = false
  readonly pruneTarget: PruneTarget | undefined
  /** Who hears of every block in order, and would not understand coins that came from somewhere else. */
  readonly everyBlockFor = new Set<string>()

  private constructor(fields: ChainManagerFields, { tree, history }: LoadedTree) {
    this.parameters = fields.parameters
    this.tree = tree
    this.blocks = fields.blocks
    this.clock = fields.clock
    this.signatures = fields.signatures
    this.scriptCache = fields.scriptCache
    this.source = new BlockSource(fields.blocks, fields.parameters)
    this.pruneTarget = fields.prune
    const { store, index = store, snapshot, coinReaders } = fields
    const checked = history && new Chainstate(store, history, coinReaders)
    const current = new Chainstate(snapshot?.store ?? store, tree.active, coinReaders)
    this.#disk = new ChainStore({ ...fields, tree, index, current, history: checked })
    this.#logger = fields.logger.child('validation')
    this.log = new ChainLog(this.#logger)
    this.#initialDownload = new InitialDownload(tree, fields, this.#logger)
    const pruning = { tree, disk: this.#disk, target: fields.prune, history: () => this.history }
    this.#pruner = new Pruner({ ...fields, ...pruning })
    this.#best = new BestChain(this, { disk: this.#disk, pruner: this.#pruner, listeners: this.#listeners })
    this.#acceptance = new BlockAcceptance(this, this.#best, this.#listeners)
    this.#ahead = new BlocksAhead(this, {
      join: (judged) => this.#best.join(judged),
      joinSoon: () => this.#runBeside(() => this.#joinAhead(() => this.#ahead.joinJudged())),
    })
    this.#assumed = new AssumedCoins({
      ...{ chain: this, disk: this.#disk, pruner: this.#pruner, listeners: this.#listeners, best: this.#best },
      logger: this.#logger,
      turn: (task) => this.#runBeside(task),
    })
    if (snapshot && checked) this.#assumed.resume(snapshot, checked)
    this.#isCheckDue = everyNth(fields.checkIndexEvery)
    this.#failed = (error) => fields.failed?.(error)
  }

  /** Loads what is on disk and connects the blocks that the coins lack. */
  static async open(fields: ChainManagerFields): Promise<ChainManager> {
    const loaded = await loadTree(fields)
    const { tree, lastTip } = loaded
    const chain = new ChainManager(fields, loaded)
    if (fields.progress) chain.subscribe(createProgressListener(tree, fields.progress))
    await chain.#run(async () => {
      const files = { ...fields, logger: chain.#logger }
      await (fields.reindex ? indexBlockFiles(tree, files) : indexNewBlocks(tree, files))
      chain.#assumed.resumeRows()
      if (fields.prune === undefined) checkUnpruned(tree.active, chain.#assumed.history)
      if (!tree.genesis.data && !tree.active.tip) await chain.#acceptance.storeGenesis()
      // First the chain that was active when the process ended: an equally good one must not win by accident.
      if (lastTip?.isConnectable) tree.precious(lastTip)
      await chain.#disk.writeIndex()
      if (fields.reindex) await endReindex(fields.index ?? fields.store)
      await chain.#best.activate()
      // Counted from the tip it is now, so that a block declared precious later comes before it.
      if (lastTip?.isConnectable) tree.precious(lastTip)
    })
    chain.#assumed.goOn()
    return chain
  }

  /** The blocks up to the tip. */
  get active(): ActiveChain {
    return this.tree.active
  }

  /** The coins as of the tip. */
  get coins(): CoinsCache {
    return this.#disk.current.coins
  }

  /** Makes the coins of outpoints readable in {@link coins}; to be called from inside the queue. */
  get loadCoins(): (outpoints: readonly OutPoint[]) => Promise<void> {
    return this.#disk.current.loadCoins
  }

  /** The block that the coins were loaded as of in this run or one before, if they were. */
  get snapshotBase(): BlockNode | undefined {
    return this.#assumed.base
  }

  /** The blocks under coins that came from somewhere else, until they are checked. */
  get history(): Pick<History, 'base' | 'tip'> | undefined {
    return this.#assumed.history
  }

  /** Resolves when nothing more can be checked of the history that is there. */
  historySettled(): Promise<void> {
    return this.#assumed.settled()
  }

  /** Follows the tip from other coins; as {@link AssumedCoins.adopt}. */
  async adoptCoins(...adoption: Parameters<AssumedCoins['adopt']>): ReturnType<AssumedCoins['adopt']> {
    const adopted = await this.#run(() => this.#assumed.adopt(...adoption))
    this.#assumed.goOn()
    return adopted
  }

  /** Bytes of memory that the coins as of one tip may take. */
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
    return this.#listeners.subscribe(listener)
  }

  /** Runs `task` in its turn, when no block is on its way into the chain. */
  #run<T>(task: () => Promise<T>): Promise<T> {
    return this.#runBeside(async () => {
      if (!this.#ahead.isEmpty) await this.#joinAhead(() => this.#ahead.joinAll())
      return task()
    })
  }

  /** The same while blocks are. A task that throws may have done half of its work: it is the last one. */
  #runBeside<T>(task: () => Promise<T>): Promise<T> {
    return this.#queue.run(async () => {
      if (this.#broken) throw new Error('the chain stopped after an error')
      try {
        const result = await task()
        if (this.#ahead.isEmpty && this.#isCheckDue()) checkTreeConsistency(this.tree)
        return result
      } catch (error) {
        this.#broken = true
        this.#ahead.fail(error)
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
    return this.#initialDownload.isUnderWay()
  }

  /** Adds headers that follow each other; returns the last, or the first violation (those before it stay). */
  acceptHeaders(headers: readonly BlockHeader[]): Promise<Result<BlockNode, BlockViolation>> {
    return this.#run(async () => {
      const { bestHeader } = this.tree
      let last: Result<BlockNode, BlockViolation> = ok(this.tip)
      for (const header of headers) {
        last = this.#acceptance.acceptHeader(header)
        if (!last.ok) break
      }
      if (last.ok && this.tree.bestHeader !== bestHeader && this.isInitialBlockDownload()) {
        this.log.headersAccepted(last.value, this.clock.now(), this.parameters)
      }
      await this.#disk.writeIndex()
      return last
    })
  }

  /**
   * Checks a block, stores it, and moves to the best chain. A block that nobody `requested` is stored only if it can
   * become the tip soon. Returns its node, or the rule that it broke (also while being connected).
   */
  async acceptBlock(
    block: Block,
    { requested }: { readonly requested: boolean },
  ): Promise<Result<BlockNode, BlockViolation>> {
    const accepted = await this.#runBeside(() => this.#takeBlock(block, requested))
    if (!accepted.ok) return accepted
    if (this.history) this.#assumed.goOn()
    await this.#ahead.settled(accepted.value)
    const violation = this.#best.violations.get(accepted.value)
    return violation ? err(violation) : accepted
  }

  async #takeBlock(block: Block, requested: boolean): Promise<Result<BlockNode, BlockViolation>> {
    const accepted = await this.#acceptance.store(block, requested)
    if (!accepted.ok) this.log.blockRefused(accepted.error)
    // Of a block that is not stored, only the index knows.
    if (!accepted.ok || !accepted.value.data) await this.#disk.writeIndex()
    if (!accepted.ok) return accepted
    const target = this.tree.mostWork()
    if (target && this.isInitialBlockDownload() && this.#ahead.leadTo(target)) {
      await this.#joinAhead(() => this.#ahead.extendTo(target))
    } else {
      if (!this.#ahead.isEmpty) await this.#joinAhead(() => this.#ahead.joinAll())
      await this.#best.activate()
    }
    return accepted
  }

  /** Lets blocks that were ahead of the chain join it; where one of them is bad, moves to the best chain that is left. */
  async #joinAhead(join: () => Promise<boolean>): Promise<void> {
    if (!(await join())) await this.#best.activate()
    this.#ahead.release()
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

  /** `invalidateblock`: false for genesis, and for a block that the chain cannot leave while its history is being checked. */
  invalidate(node: BlockNode): Promise<boolean> {
    return this.#run(async () => {
      if (!this.tree.invalidate(node)) return false
      await this.#best.leave(node)
      return true
    })
  }

  reconsider(node: BlockNode): Promise<void> {
    return this.#run(async () => {
      this.tree.reconsider(node)
      this.#best.violations.clear()
      await this.#disk.writeIndex()
      await this.#best.activate()
    })
  }

  precious(node: BlockNode): Promise<void> {
    return this.#run(async () => {
      this.tree.precious(node)
      await this.#best.activate()
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
      return task(this.#disk.current.store, this.tip)
    })
  }

  async close(): Promise<void> {
    await this.#assumed.stop()
    await this.#queue.drain()
    try {
      if (!this.#broken) await this.flush()
    } finally {
      await this.#assumed.close()
    }
  }

  /**
   * What would become of a block on the tip that has no proof of work yet. Changes nothing. Violations as
   * {@link acceptBlock}, `inconclusive-not-best-prevblk` for a block that does not follow the tip.
   */
  testBlock(block: Block): Promise<Result<undefined, BlockViolation>> {
    return this.#run(() => testBlock(this, block))
  }

  /** Who still needs which blocks. */
  get pruneLocks(): PruneLocks {
    return this.#pruner.locks
  }

  /** Whether block files may have been deleted. */
  get pruned(): boolean {
    return this.pruneTarget !== undefined
  }

  /** Deletes the block files that hold nothing above `height`. Returns the highest block that is gone. */
  prune(height: number): Promise<number | undefined> {
    return this.#run(() => this.#pruner.pruneTo(height))
  }

  find(hash: Uint8Array): BlockNode | undefined {
    return this.tree.get(hash as BlockHash)
  }

  /** The violation for which a block was refused while it was connected. */
  violationOf(node: BlockNode): BlockViolation | undefined {
    if (!node.failed) return undefined
    return this.#best.violations.get(node) ?? invalidBlock('cached-invalid', 'duplicate-invalid').error
  }
}
