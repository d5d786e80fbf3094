import { equalBytes } from '@ply/bytes'
import { formatViolation } from '@ply/consensus'
import type { ChainVerdict, PackageVerdict, PeerEvent, TxVerdict } from '../event.ts'
import { serveFilters } from '../relay/blockFilters.ts'
import type { CompactBlocks } from '../relay/compact/compactBlocks.ts'
import type { TxReception } from '../relay/txReception.ts'
import type { BlockDownload } from '../sync/blockDownload.ts'
import type { HeadersSync } from '../sync/headersSync.ts'
import { serveLoadedBlock } from '../sync/serveChain.ts'
import { chainViolation } from './misbehavior.ts'
import type { Network } from './network.ts'
import type { Peer } from './peer.ts'

/** What the shell answers when the chain or the pool has looked at something, or something was read for a peer. */
export type Answer = Extract<
  PeerEvent,
  {
    readonly type:
      'headers-processed' | 'block-processed' | 'tx-processed' | 'package-processed' | 'filters-loaded' | 'block-loaded'
  }
>

export interface AnswerParts {
  readonly blocks: BlockDownload
  readonly headers: HeadersSync
  readonly compact: CompactBlocks
  readonly transactions: TxReception
}

/** Takes answers to the part that asked. One that nobody waits for any more is dropped. */
export class Answers {
  readonly #network: Network
  readonly #parts: AnswerParts

  constructor(network: Network, parts: AnswerParts) {
    this.#network = network
    this.#parts = parts
  }

  take(peer: Peer, answer: Answer): void {
    switch (answer.type) {
      case 'headers-processed':
        this.#headers(peer, answer.verdict)
        return
      case 'block-processed':
        this.#block(peer, answer)
        return
      case 'tx-processed':
        this.#transaction(peer, answer.verdict)
        return
      case 'package-processed':
        this.#package(peer, answer.verdict)
        return
      case 'filters-loaded':
        peer.loadingFilters = false
        if (peer.filterRequest) serveFilters(this.#network, peer, peer.filterRequest, answer.data)
        return
      case 'block-loaded':
        this.#loadedBlock(peer, answer)
        return
    }
  }

  #headers(peer: Peer, verdict: ChainVerdict): void {
    const batch = peer.processing
    if (batch?.type !== 'headers' && batch?.type !== 'compact-header') return
    peer.processing = undefined
    if (batch.type === 'headers') this.#parts.headers.processed(peer, batch, verdict)
    else this.#parts.compact.headerProcessed(peer, batch.message, verdict)
  }

  #block(peer: Peer, { hash, verdict }: Extract<Answer, { type: 'block-processed' }>): void {
    const processed = peer.processedBlocks.find((block) => equalBytes(block.hash, hash))
    if (!processed) return
    this.#parts.blocks.processed(hash)
    peer.processedBlocks = peer.processedBlocks.filter((block) => block !== processed)
    if (verdict.ok) {
      peer.lastBlockAt = this.#network.now
      return
    }
    const reason = formatViolation(verdict.error)
    const whose = { inbound: peer.inbound, compact: processed.compact }
    const violation = chainViolation(verdict.error.failure, 'invalid-block', whose)
    if (violation) this.#network.misbehaved(peer, violation, reason)
    else this.#network.log(`peer=${peer.id}: block not accepted (${reason})`)
  }

  #transaction(peer: Peer, verdict: TxVerdict): void {
    const { processing } = peer
    if (processing?.type !== 'tx') return
    peer.processing = undefined
    this.#parts.transactions.processed(peer, processing, verdict)
  }

  #package(peer: Peer, verdict: PackageVerdict): void {
    const { processing } = peer
    if (processing?.type !== 'package') return
    peer.processing = undefined
    this.#parts.transactions.packageProcessed(peer, [processing.parent, processing.child], verdict)
  }

  /** Violation `unreadable-block`. */
  #loadedBlock(peer: Peer, { hash, bytes }: Extract<Answer, { type: 'block-loaded' }>): void {
    const { loading } = peer
    if (!loading || !equalBytes(loading.hash, hash)) return
    peer.loading = undefined
    if (bytes) serveLoadedBlock(this.#network, peer, loading, bytes)
    else this.#network.misbehaved(peer, 'unreadable-block', 'Cannot load block from disk')
  }
}
