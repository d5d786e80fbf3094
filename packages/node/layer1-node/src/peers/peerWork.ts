import { bytesToHex, err, ok } from '@ply/bytes'
import type { BlockViolation } from '@ply/consensus'
import type { Accepted } from '@ply/mempool'
import type { PeerEffect, PeerEvent, PeerId } from '@ply/p2p'
import { type BlockHash, computeBlockHash, type Transaction } from '@ply/primitives'
import type { ChainManager } from '../chain/chainManager.ts'
import type { BlockFilterIndex } from '../index/blockFilterIndex.ts'
import type { MempoolManager } from '../mempool/mempoolManager.ts'

/** What the peer machine wants the chain or the pool to look at, or to give. */
export type WorkEffect = Extract<
  PeerEffect,
  {
    readonly type:
      'process-headers' | 'process-block' | 'process-tx' | 'process-package' | 'load-block' | 'load-filters'
  }
>

type ProcessBlock = Extract<PeerEffect, { readonly type: 'process-block' }>

/** Blocks whose senders are remembered. */
const MAX_SOURCES = 1000

const replacedBy = ({ replaced }: Accepted) => ({ replaced: replaced.map(({ tx }) => tx) })

/** Asks the chain and the pool what the peer machine wants to know. */
export class PeerWork {
  readonly #chain: ChainManager
  readonly #mempool: MempoolManager
  readonly #filters: BlockFilterIndex | undefined
  /** Who sent the blocks that were not connected yet, by hash in hex. */
  readonly #sources = new Map<string, PeerId>()
  /** Blocks that the chain is looking at, by hash in hex: what is wrong with them, their own verdict says. */
  readonly #processed = new Set<string>()

  /** Without an index no filters are found. */
  constructor(chain: ChainManager, mempool: MempoolManager, filters?: BlockFilterIndex) {
    this.#chain = chain
    this.#mempool = mempool
    this.#filters = filters
  }

  /** The answer, for the machine. */
  async do(effect: WorkEffect): Promise<PeerEvent> {
    const { peer } = effect
    switch (effect.type) {
      case 'process-headers':
        return { type: 'headers-processed', peer, verdict: await this.#chain.acceptHeaders(effect.headers) }
      case 'process-block':
        return this.#processBlock(effect)
      case 'process-tx':
        return this.#processTx(peer, effect.tx)
      case 'process-package':
        return this.#processPackage(peer, effect.transactions)
      case 'load-block':
        return this.#loadBlock(peer, effect.hash)
      case 'load-filters':
        return { type: 'filters-loaded', peer, data: await this.#filters?.load(effect) }
    }
  }

  /** A block may bring out that one below it is bad which the same peer sent: that is what its verdict is then. */
  async #processBlock({ peer, block, requested }: ProcessBlock): Promise<PeerEvent> {
    const hash = computeBlockHash(block.header)
    const key = bytesToHex(hash)
    this.#sources.set(key, peer)
    this.#processed.add(key)
    for (const oldest of this.#sources.keys()) {
      if (this.#sources.size <= MAX_SOURCES) break
      this.#sources.delete(oldest)
    }
    let fault: BlockViolation | undefined
    const unsubscribe = this.#chain.subscribe({
      blockConnected: ({ node }) => void this.#sources.delete(bytesToHex(node.hash)),
      blockInvalid: (node, violation) => {
        const below = bytesToHex(node.hash)
        if (this.#sources.get(below) !== peer || this.#processed.has(below)) return
        // Once: where the peer sent several on top of it, their verdicts are their own.
        this.#sources.delete(below)
        fault ??= violation
      },
    })
    const verdict = await this.#chain.acceptBlock(block, { requested }).finally(() => {
      unsubscribe()
      this.#processed.delete(key)
    })
    return { type: 'block-processed', peer, hash, verdict: verdict.ok && fault ? err(fault) : verdict }
  }

  async #processTx(peer: PeerId, tx: Transaction): Promise<PeerEvent> {
    const verdict = await this.#mempool.accept(tx)
    if (!verdict.ok) return { type: 'tx-processed', peer, verdict }
    return { type: 'tx-processed', peer, verdict: ok(replacedBy(verdict.value)) }
  }

  async #processPackage(peer: PeerId, transactions: readonly Transaction[]): Promise<PeerEvent> {
    const { message, results } = await this.#mempool.acceptPackage(transactions)
    const verdicts = results.map((result) => result && (result.ok ? ok(replacedBy(result.value)) : result))
    return { type: 'package-processed', peer, verdict: { accepted: message === 'success', results: verdicts } }
  }

  async #loadBlock(peer: PeerId, hash: BlockHash): Promise<PeerEvent> {
    const data = this.#chain.find(hash)?.data
    const bytes = data && (await this.#chain.blocks.readBlockBytes(data))
    return { type: 'block-loaded', peer, hash, bytes }
  }
}
