import { assert, DecodeError, err, ok, type Result } from '@ply/bytes'
import {
  type BlockViolation,
  checkContextualHeader,
  checkProofOfWork,
  formatViolation,
  invalidBlock,
} from '@ply/consensus'
import type { BlobLocation } from '@ply/ports'
import {
  type AssumeutxoData,
  type BlockHash,
  type BlockHeader,
  computeBlockHash,
  hashToDisplay,
  type NetworkParameters,
} from '@ply/primitives'
import { ActiveChain } from './activeChain.ts'
import { type BlockIndexEntry, restoreNode } from './blockIndexEntry.ts'
import { BlockNode, SEQUENCE_BEST_CHAIN_FROM_DISK, SEQUENCE_FROM_DISK } from './blockNode.ts'
import { Candidates } from './candidates.ts'
import { ChainLinks } from './chainLinks.ts'
import { type ChainTip, computeChainTips } from './chainTips.ts'
import { HashSlab } from './hashSlab.ts'
import { HeaderIndex } from './headerIndex.ts'
import { planReorg, type ReorgPlan } from './reorgPlan.ts'

/**
 * Every header we know, which of them can be connected, and which chain is the active one. It holds no coins and reads
 * no blocks: a shell follows its plans and tells it how they went.
 */
export class HeaderTree {
  readonly parameters: NetworkParameters
  readonly genesis: BlockNode
  readonly active = new ActiveChain()
  readonly #nodes = new HeaderIndex()
  readonly #hashes = new HashSlab()
  readonly #candidates = new Candidates(this.active)
  readonly #dirty = new Set<BlockNode>()
  readonly #links = new ChainLinks()
  #assumed: BlockNode | undefined
  #bestHeader: BlockNode
  #nextSequenceId = SEQUENCE_FROM_DISK + 1
  #reverseSequenceId = -1
  #lastPreciousWork = 0n

  constructor(parameters: NetworkParameters) {
    this.parameters = parameters
    this.genesis = this.#insert(parameters.genesis.header, undefined)
    this.#bestHeader = this.genesis
  }

  /**
   * The tree that was written as `entries` (in any order), with the active chain ending at `tip`; undefined for a node
   * that had connected nothing. `assumed` as for {@link assume}. Violations of an index that was not written as a whole:
   * `orphan-index-entry`, `unknown-tip`.
   */
  static restore(
    parameters: NetworkParameters,
    entries: readonly BlockIndexEntry[],
    tip: BlockHash | undefined,
    assumed?: AssumeutxoData,
  ): Result<HeaderTree, DecodeError> {
    const tree = new HeaderTree(parameters)
    for (const entry of [...entries].sort((a, b) => a.height - b.height)) {
      const isGenesis = entry.height === 0
      const previous = isGenesis ? undefined : tree.get(entry.header.previousBlockHash)
      if (!isGenesis && previous?.height !== entry.height - 1) return err(new DecodeError('orphan-index-entry'))
      const node = isGenesis ? tree.genesis : tree.#insert(entry.header, previous)
      restoreNode(node, entry)
      tree.#links.add(node)
    }
    const base = assumed && tree.get(assumed.blockHash)
    if (base) tree.#assume(base, assumed.chainTransactionCount)
    const tipNode = tip && tree.get(tip)
    if (tip !== undefined && tipNode === undefined) return err(new DecodeError('unknown-tip'))
    for (let at = tipNode; at !== undefined; at = at.previous) at.sequenceId = SEQUENCE_BEST_CHAIN_FROM_DISK
    tree.active.setTip(tipNode)
    tree.#refreshCandidates()
    tree.#recomputeBestHeader()
    tree.#dirty.clear()
    return ok(tree)
  }

  get size(): number {
    return this.#nodes.size
  }

  /** The header with the most work that is not known to be invalid. */
  get bestHeader(): BlockNode {
    return this.#bestHeader
  }

  get(hash: BlockHash): BlockNode | undefined {
    return this.#nodes.get(hash)
  }

  nodes(): IterableIterator<BlockNode> {
    return this.#nodes.nodes()
  }

  tips(): ChainTip[] {
    return computeChainTips(this.nodes(), this.active)
  }

  /**
   * Checks a header and adds it. A known one is returned as it is. Violations `duplicate-invalid`, `high-hash`,
   * `prev-blk-not-found`, `bad-prevblk`, and those of `checkContextualHeader`. `now` is in seconds.
   */
  acceptHeader(header: BlockHeader, now: number): Result<BlockNode, BlockViolation> {
    const hash = computeBlockHash(header)
    const known = this.get(hash)
    if (known !== undefined) {
      if (!known.failed) return ok(known)
      const message = `block ${hashToDisplay(hash)} was previously marked invalid`
      return invalidBlock('cached-invalid', 'duplicate-invalid', message)
    }
    const work = checkProofOfWork(header, this.parameters)
    if (!work.ok) return work
    const previous = this.get(header.previousBlockHash)
    if (previous === undefined) return invalidBlock('missing-prev', 'prev-blk-not-found')
    if (previous.failed) return invalidBlock('invalid-prev', 'bad-prevblk')
    const contextual = checkContextualHeader(header, { parameters: this.parameters, previous, now })
    if (!contextual.ok) return contextual
    const node = this.#insert(header, previous)
    if (node.chainWork > this.#bestHeader.chainWork) this.#bestHeader = node
    return ok(node)
  }

  /**
   * The block's transactions arrived, passed `checkBlock` and `checkContextualBlock`, and lie at `data`. It and those
   * that waited for it become candidates for the active chain.
   */
  receiveBlock(node: BlockNode, transactionCount: number, data: BlobLocation): void {
    const again = node.chainTransactionCount > 0
    node.transactionCount = transactionCount
    node.data = data
    if (node.validity === 'tree') node.validity = 'transactions'
    this.#dirty.add(node)
    this.#arrived(this.#links.add(node))
    // Blocks on top of a pruned one were left out for its sake.
    if (again) this.#refreshCandidates()
  }

  /** Blocks whose ancestors are all there, in the order in which that came about. */
  #arrived(linked: readonly BlockNode[]): void {
    for (const node of linked) {
      node.sequenceId = this.#nextSequenceId++
      this.#candidates.consider(node)
    }
  }

  /** The block whose coins came from somewhere else: it is the tip, or below, though blocks before it are to be checked. */
  get assumed(): BlockNode | undefined {
    return this.#assumed
  }

  /**
   * The coins after `base` came from somewhere else, and so did the number of transactions up to it: it is the tip from
   * now on. The chain cannot leave it, as nobody knows what to undo, until {@link prove} is called.
   */
  assume(base: BlockNode, chainTransactionCount: number): void {
    this.#arrived(this.#assume(base, chainTransactionCount))
    this.active.setTip(base)
    this.#refreshCandidates()
  }

  #assume(base: BlockNode, chainTransactionCount: number): readonly BlockNode[] {
    this.#assumed = base
    this.#candidates.root = base
    return this.#links.assume(base, chainTransactionCount)
  }

  /** All blocks up to the assumed one were {@link checked}, and lead to the coins that were assumed. */
  prove(): void {
    this.#assumed = undefined
    this.#candidates.root = undefined
    this.#refreshCandidates()
  }

  /** The block's file was deleted; it can be asked for again. */
  forgetData(node: BlockNode): void {
    node.data = undefined
    node.undo = undefined
    this.#dirty.add(node)
  }

  /** The best chain that can be connected; undefined where none is known (an empty node, before genesis). */
  mostWork(): BlockNode | undefined {
    return this.#candidates.best()
  }

  /** The way from the active tip to `target`. */
  planReorg(target: BlockNode): ReorgPlan {
    return planReorg(this.active, target)
  }

  /** `node`, a child of the tip, is now the tip: its scripts passed and its coins are written, its undo data at `undo`. */
  connected(node: BlockNode, undo?: BlobLocation): void {
    assert(node.previous === this.active.tip, 'a block is connected on top of the tip')
    this.checked(node, undo)
    this.active.setTip(node)
    this.#candidates.prune()
  }

  /** `node` passed every rule, its undo data are at `undo`; of a chain that is only checked it is not the tip. */
  checked(node: BlockNode, undo?: BlobLocation): void {
    node.validity = 'scripts'
    if (undo !== undefined) node.undo = undo
    this.#dirty.add(node)
  }

  /** The tip's effects were undone; its parent is the tip. */
  disconnected(node: BlockNode): void {
    assert(node === this.active.tip && node.previous !== undefined, 'only the tip is disconnected, and never genesis')
    this.active.setTip(node.previous)
    this.#candidates.consider(node.previous)
  }

  /** `node` broke a rule while or before it was connected: neither it nor what builds on it will be tried again. */
  markInvalid(node: BlockNode, violation: BlockViolation): void {
    assert(violation.failure !== 'mutated', `a mutated block is not invalid: ${formatViolation(violation)}`)
    assert(!this.active.contains(node), 'the active chain is valid')
    this.#failWithDescendants(node)
  }

  /**
   * `invalidateblock`: treats `node` as invalid though no rule says so. If it is on the active chain, `mostWork` and
   * `planReorg` lead away from it. Neither genesis nor what the assumed block builds on can be: false, and nothing changed.
   */
  invalidate(node: BlockNode): boolean {
    if (node.previous === undefined || this.#assumed?.ancestor(node.height) === node) return false
    this.#failWithDescendants(node)
    return true
  }

  /** `reconsiderblock`: forgets that `node`, those before and those on top of it were invalid. */
  reconsider(node: BlockNode): void {
    for (const other of this.#nodes.nodes()) {
      const related = other.ancestor(node.height) === node || node.ancestor(other.height) === other
      if (!other.failed || !related) continue
      other.failed = false
      this.#dirty.add(other)
    }
    this.#refreshCandidates()
    this.#recomputeBestHeader()
  }

  /** `preciousblock`: prefers `node` to all others of the same work, as if it had come first. */
  precious(node: BlockNode): void {
    const chainWork = this.active.tip?.chainWork ?? 0n
    if (node.chainWork < chainWork) return
    // Counts down from -1 again once the chain has grown since the last call.
    if (chainWork > this.#lastPreciousWork) this.#reverseSequenceId = -1
    this.#lastPreciousWork = chainWork
    node.sequenceId = this.#reverseSequenceId--
    this.#candidates.consider(node)
  }

  /** The nodes that changed since the last call: to be written with the next batch. */
  takeDirty(): BlockNode[] {
    const dirty = [...this.#dirty]
    this.#dirty.clear()
    return dirty
  }

  #insert(header: BlockHeader, previous: BlockNode | undefined): BlockNode {
    const node = new BlockNode(header, previous, this.#hashes)
    this.#nodes.add(node)
    this.#dirty.add(node)
    return node
  }

  #failWithDescendants(node: BlockNode): void {
    for (const other of this.#nodes.nodes()) {
      if (other.failed || other.ancestor(node.height) !== node) continue
      other.failed = true
      this.#dirty.add(other)
    }
    this.#refreshCandidates()
    this.#recomputeBestHeader()
  }

  #refreshCandidates(): void {
    this.#candidates.rebuild(this.#nodes.nodes())
  }

  #recomputeBestHeader(): void {
    let best = this.genesis
    for (const node of this.#nodes.nodes()) {
      if (!node.failed && node.chainWork > best.chainWork) best = node
    }
    // Among equal work the active tip comes first.
    const { tip } = this.active
    this.#bestHeader = tip !== undefined && !tip.failed && tip.chainWork === best.chainWork ? tip : best
  }
}
