import { setMaxListeners } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import { equalBytes, err, ok, type Result } from '@ply/bytes'
import {
  type BlockNode,
  type BlockTemplate,
  createBlockTemplate,
  DEFAULT_RESERVED_WEIGHT,
  type TemplatePackage,
} from '@ply/chain'
import { type BlockViolation, VersionBitsCache } from '@ply/consensus'
import type { MempoolEntry } from '@ply/mempool'
import { type Block, type BlockHash, computeBlockHash, type Transaction } from '@ply/primitives'
import type { Logger } from '@ply/ports'
import { silentLogger } from '@ply/runtime'
import type { ChainManager } from '../chain/chainManager.ts'
import type { MempoolManager } from '../mempool/mempoolManager.ts'
import { logFeeRates } from './logFeeRates.ts'
import { NonceFinder } from './nonceFinder.ts'

export interface MineRequest {
  /** Where the reward goes. */
  readonly scriptPubKey: Uint8Array
  /** What goes in; the best of the mempool by default. */
  readonly packages?: readonly TemplatePackage[]
  /** Instead of packages: exactly these, whatever rules they break, for no fee. */
  readonly transactions?: readonly Transaction[]
  /** The block to build on; by default the tip, also if another comes while the search is under way. */
  readonly previous?: BlockNode
  /** Hashes in vain after which the search is given up. */
  readonly maxTries?: number
  /** The least time of the block, in seconds; our own by default. */
  readonly minTime?: number
  /** Satoshi per 1000 vbytes below which nothing goes in. */
  readonly minFeeRate?: bigint
  /** Which hashes will do; any by default. A reorg must not find again the block that it replaces. */
  isNew?(hash: BlockHash): boolean
}

/** What the operator says about blocks that are made here. */
export interface MiningOptions {
  /** Satoshi per 1000 vbytes below which nothing goes in. */
  readonly minFeeRate?: bigint
  readonly maxWeight?: number
  /** Weight kept for the header and the largest coinbase. */
  readonly reservedWeight?: number
  /** On regtest, instead of the version that signals. */
  readonly version?: number
  /** A line in the log for each transaction of a new block, with what it pays. */
  readonly logFeeRates?: boolean
}

/** Hashes that may still miss. */
interface Budget {
  left: number
}

/** Any number of searches may wait for it. */
function createAborter(): AbortController {
  const aborter = new AbortController()
  setMaxListeners(0, aborter.signal)
  return aborter
}

/** Builds blocks and finds their proof of work. */
export class Miner {
  readonly options: MiningOptions
  readonly #chain: ChainManager
  readonly #mempool: MempoolManager
  readonly #versionBits: VersionBitsCache
  readonly #logger: Logger
  readonly #finder = new NonceFinder()
  readonly #stop = createAborter()
  /** Aborted when there is another tip: searches for a block on the one there was are void then. */
  #tipChange = createAborter()
  /** Searches that follow the tip. */
  #following = 0
  #lastTemplate: { readonly weight: number; readonly transactions: number } | undefined

  constructor(chain: ChainManager, mempool: MempoolManager, options: MiningOptions = {}, logger = silentLogger) {
    this.options = options
    this.#logger = logger
    this.#chain = chain
    this.#mempool = mempool
    this.#versionBits = new VersionBitsCache(chain.parameters)
    chain.subscribe({
      tipChanged: () => {
        if (this.#following === 0) return
        this.#tipChange.abort()
        this.#tipChange = createAborter()
      },
    })
  }

  /** Of the template made last: weight with what is reserved, and transactions without the coinbase. */
  get lastTemplate(): { readonly weight: number; readonly transactions: number } | undefined {
    return this.#lastTemplate
  }

  /** Ends the searches that are under way, and the threads. */
  async stop(): Promise<void> {
    this.#stop.abort()
    this.#tipChange.abort()
    await this.#finder.close()
  }

  /** The next block, complete but for its nonce. */
  template({
    scriptPubKey,
    packages,
    transactions,
    minFeeRate = this.options.minFeeRate,
    minTime = 0,
    previous = this.#chain.tip,
  }: MineRequest): BlockTemplate {
    const { maxWeight, reservedWeight = DEFAULT_RESERVED_WEIGHT } = this.options
    let offered: readonly TemplatePackage[] = packages ?? this.#mempool.mempool.packages()
    for (;;) {
      const template = createBlockTemplate({
        parameters: this.#chain.parameters,
        previous,
        now: Math.max(this.#mempool.now(), minTime),
        version: this.#version(previous),
        scriptPubKey,
        packages: offered,
        ...(transactions && { transactions }),
        ...(minFeeRate !== undefined && { minFeeRate }),
        ...(maxWeight !== undefined && { maxWeight }),
        reservedWeight,
      })
      // A package that did not fit must keep those out that depend on it.
      const weight = template.entries.reduce((sum, entry) => sum + entry.weight, reservedWeight)
      this.#lastTemplate = { weight, transactions: template.entries.length }
      const orphaned = (packages ?? transactions) ? new Set<unknown>() : findOrphans(template)
      if (orphaned.size === 0) {
        this.#logFeeRates(template)
        return template
      }
      offered = offered.filter(({ entries }) => !entries.some((entry) => orphaned.has(entry)))
    }
  }

  #logFeeRates({ entries }: BlockTemplate): void {
    if (!this.options.logFeeRates) return
    const { mempool } = this.#mempool
    logFeeRates(entries, (txid) => mempool.feeDelta(txid), this.#logger)
  }

  #version(previous: BlockNode): number {
    const { parameters } = this.#chain
    const given = parameters.name === 'regtest' ? this.options.version : undefined
    return given ?? this.#versionBits.blockVersion(previous)
  }

  /** A block on top of the request's place; undefined after `maxTries` hashes in vain, and when the miner stops. */
  mine(request: MineRequest): Promise<Block | undefined> {
    return this.#mine(request, { left: request.maxTries ?? Infinity })
  }

  async #mine(request: MineRequest, budget: Budget): Promise<Block | undefined> {
    let minTime = request.minTime ?? 0
    while (budget.left > 0 && !this.#stop.signal.aborted) {
      const { block } = this.template({ ...request, minTime })
      const found = await this.#search(block, request, budget)
      if (found) return found
      // There is another tip, or no nonce is left: another time makes other hashes.
      const previous = request.previous ?? this.#chain.tip
      if (equalBytes(block.header.previousBlockHash, previous.hash)) minTime = block.header.time + 1
    }
    return undefined
  }

  async #search(block: Block, request: MineRequest, budget: Budget): Promise<Block | undefined> {
    const followsTip = request.previous === undefined
    const { signal } = followsTip ? this.#tipChange : this.#stop
    if (followsTip) this.#following++
    try {
      let nonce: number | undefined = block.header.nonce
      while (budget.left > 0 && nonce !== undefined && !signal.aborted) {
        const found = await this.#finder.find({ ...block.header, nonce }, budget.left, signal)
        budget.left -= found.found ? found.tries - 1 : found.tries
        if (!found.found) {
          nonce = found.nextNonce
        } else if (request.isNew?.(computeBlockHash(found.header)) ?? true) {
          return { ...block, header: found.header }
        } else {
          nonce = found.header.nonce + 1
          await setImmediate()
        }
      }
      return undefined
    } finally {
      if (followsTip) this.#following--
    }
  }

  /**
   * Mines `count` blocks onto the tip, one after another. Returns the hashes of those that `maxTries` for all of them
   * together allowed.
   */
  async generate(count: number, request: MineRequest): Promise<Result<BlockHash[], BlockViolation>> {
    const hashes: BlockHash[] = []
    const budget = { left: request.maxTries ?? Infinity }
    while (hashes.length < count) {
      const block = await this.#mine(request, budget)
      if (!block) break
      const accepted = await this.#chain.acceptBlock(block, { requested: true })
      if (!accepted.ok) return err(accepted.error)
      hashes.push(accepted.value.hash)
    }
    return ok(hashes)
  }
}

/** Entries of a template one of whose unconfirmed parents is not in it. */
function findOrphans({ entries }: BlockTemplate): Set<unknown> {
  const inside = new Set<unknown>(entries)
  const orphans = new Set<unknown>()
  for (const entry of entries as readonly MempoolEntry[]) {
    for (const parent of entry.parents) {
      if (!inside.has(parent) || orphans.has(parent)) orphans.add(entry)
    }
  }
  return orphans
}
