import { err, ok, type Result } from '@ply/bytes'
import {
  type BlockNode,
  type BlockTemplate,
  createBlockTemplate,
  DEFAULT_RESERVED_WEIGHT,
  type TemplatePackage,
} from '@ply/chain'
import { type BlockViolation, VersionBitsCache } from '@ply/consensus'
import type { MempoolEntry } from '@ply/mempool'
import { searchNonce } from '@ply/mining'
import { type Block, type BlockHash, type BlockHeader, computeBlockHash } from '@ply/primitives'
import type { ChainManager } from '../chain/chainManager.ts'
import type { MempoolManager } from '../mempool/mempoolManager.ts'

/** Hashes between two looks at what else there is to do. */
const TRIES_PER_TURN = 50_000

export interface MineRequest {
  /** Where the reward goes. */
  readonly scriptPubKey: Uint8Array
  /** What goes in; the best of the mempool by default. */
  readonly packages?: readonly TemplatePackage[]
  /** The block to build on; the tip by default. */
  readonly previous?: BlockNode
  readonly maxTries?: number
  /** Satoshi per 1000 vbytes below which nothing goes in. */
  readonly minFeeRate?: bigint
  /** Which hashes will do; any by default. A reorg must not find again the block that it replaces. */
  isNew?(hash: BlockHash): boolean
}

/** Builds blocks and finds their proof of work. */
export class Miner {
  readonly #chain: ChainManager
  readonly #mempool: MempoolManager
  readonly #versionBits: VersionBitsCache
  #stopped = false
  #lastTemplate: { readonly weight: number; readonly transactions: number } | undefined

  constructor(chain: ChainManager, mempool: MempoolManager) {
    this.#chain = chain
    this.#mempool = mempool
    this.#versionBits = new VersionBitsCache(chain.parameters)
  }

  /** Of the template made last: weight with what is reserved, and transactions without the coinbase. */
  get lastTemplate(): { readonly weight: number; readonly transactions: number } | undefined {
    return this.#lastTemplate
  }

  /** Ends a search that is under way. */
  stop(): void {
    this.#stopped = true
  }

  /** The next block, complete but for its nonce. */
  template({ scriptPubKey, packages, minFeeRate, previous = this.#chain.tip }: MineRequest): BlockTemplate {
    let offered: readonly TemplatePackage[] = packages ?? this.#mempool.mempool.packages()
    for (;;) {
      const template = createBlockTemplate({
        parameters: this.#chain.parameters,
        previous,
        now: this.#mempool.now(),
        version: this.#versionBits.blockVersion(previous),
        scriptPubKey,
        packages: offered,
        ...(minFeeRate !== undefined && { minFeeRate }),
      })
      // A package that did not fit must keep those out that depend on it.
      const weight = template.entries.reduce((sum, entry) => sum + entry.weight, DEFAULT_RESERVED_WEIGHT)
      this.#lastTemplate = { weight, transactions: template.entries.length }
      const orphaned = packages ? new Set<unknown>() : findOrphans(template)
      if (orphaned.size === 0) return template
      offered = offered.filter(({ entries }) => !entries.some((entry) => orphaned.has(entry)))
    }
  }

  /** A block on top of the request's place; undefined after `maxTries` hashes. */
  async mine(request: MineRequest): Promise<Block | undefined> {
    const { block } = this.template(request)
    const header = await this.#search(block.header, request)
    return header && { ...block, header }
  }

  async #search(start: BlockHeader, request: MineRequest): Promise<BlockHeader | undefined> {
    let nonce: number | undefined = start.nonce
    for (let left = request.maxTries ?? Infinity; left > 0 && nonce !== undefined && !this.#stopped;) {
      const search = searchNonce({ ...start, nonce }, Math.min(left, TRIES_PER_TURN))
      left -= search.tries
      if (search.found) {
        if (request.isNew?.(computeBlockHash(search.header)) ?? true) return search.header
        nonce = search.header.nonce + 1
        continue
      }
      nonce = search.nextNonce
      await new Promise((resolve) => setImmediate(resolve))
    }
    return undefined
  }

  /** Mines `count` blocks onto the tip, one after another. Returns the hashes of those that `maxTries` each allowed. */
  async generate(count: number, request: MineRequest): Promise<Result<BlockHash[], BlockViolation>> {
    const hashes: BlockHash[] = []
    for (let i = 0; i < count && !this.#stopped; i++) {
      const block = await this.mine(request)
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
