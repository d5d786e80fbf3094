import { ByteReader, tryDecode } from '@ply/bytes'
import { formatViolation } from '@ply/consensus'
import { type Block, type BlockHash, computeBlockHash, hashToDisplay, readHeader } from '@ply/primitives'
import type { ChainVerdict } from '../../event.ts'
import type { BlockTransactions } from '../../message/blocktxn.ts'
import type { CompactBlock } from '../../message/cmpctblock.ts'
import { chainViolation } from '../../peer/misbehavior.ts'
import type { Network } from '../../peer/network.ts'
import type { Peer } from '../../peer/peer.ts'
import { updateAvailability } from '../../sync/availability.ts'
import { type BlockDownload, isNearTip, MAX_BLOCKS_IN_FLIGHT } from '../../sync/blockDownload.ts'
import type { BlockRequest } from '../../sync/blocksInFlight.ts'
import type { HeadersSync } from '../../sync/headersSync.ts'
import { computeClaimedWork, computeWorkThreshold } from '../../sync/workThreshold.ts'
import type { HeaderEntry } from '../../views.ts'
import type { ExtraTransactions } from './extraTransactions.ts'
import { PartialBlock } from './partialBlock.ts'

/** Peers of which one block is asked in compact form at once; the last place is kept for one that we chose. */
const MAX_PARALLEL = 3
/** Further above our tip the pool is of no use. */
const MAX_AHEAD = 2

export interface CompactParts {
  readonly blocks: BlockDownload
  readonly headers: HeadersSync
  readonly extra: ExtraTransactions
}

/** An announced block and what else is known of it. */
interface Announcement {
  readonly peer: Peer
  readonly message: CompactBlock
  readonly entry: HeaderEntry
}

/** BIP 152: puts blocks together from what the pool has and what peers send of the rest. */
export class CompactBlocks {
  readonly #network: Network
  readonly #parts: CompactParts

  constructor(network: Network, parts: CompactParts) {
    this.#network = network
    this.#parts = parts
  }

  /** True for a `cmpctblock` of which no more than the header matters, if that. */
  ignores(peer: Peer, payload: Uint8Array): boolean {
    const { chain, options } = this.#network
    if (!options.relayTransactions) {
      this.#log(`peer=${peer.id} sent us a compact block even though we are blocksonly!`)
      return true
    }
    if (!peer.providesCompact) {
      this.#log(`peer=${peer.id} sent us a compact block despite never having sent us a SENDCMPCT!`)
      return true
    }
    const decoded = tryDecode(() => readHeader(new ByteReader(payload)))
    if (!decoded.ok) return false
    const header = decoded.value
    const previous = chain.header(header.previousBlockHash)
    if (!previous) {
      if (!chain.isInitialBlockDownload()) this.#parts.headers.request(peer, chain.bestHeader())
      return true
    }
    if (previous.chainWork + computeClaimedWork([header]) < computeWorkThreshold(this.#network)) {
      this.#network.log(`Ignoring low-work compact block from peer ${peer.id}`)
      return true
    }
    const hash = computeBlockHash(header)
    if (!chain.hasBlock(hash) || chain.isInvalid(hash)) return false
    updateAvailability(chain, peer, hash)
    return true
  }

  /** A `cmpctblock`: its header goes to the chain first. */
  received(peer: Peer, message: CompactBlock): void {
    const { chain } = this.#network
    const hash = computeBlockHash(message.header)
    const known = chain.header(hash)
    if (known && !chain.isInvalid(hash)) {
      this.#consider({ peer, message, entry: known })
      return
    }
    peer.processing = { type: 'compact-header', message }
    this.#network.processHeaders(peer, [message.header])
  }

  #log(text: string): void {
    this.#network.log(text, 'cmpctblock')
  }

  /** The chain's verdict on the header. */
  headerProcessed(peer: Peer, message: CompactBlock, verdict: ChainVerdict): void {
    const { chain } = this.#network
    const entry = chain.header(computeBlockHash(message.header))
    if (!verdict.ok) {
      const violation = chainViolation(verdict.error.failure, 'invalid-headers', {
        inbound: peer.inbound,
        compact: true,
      })
      if (violation) this.#network.misbehaved(peer, violation, 'invalid header via cmpctblock')
      else this.#network.log(`peer=${peer.id}: invalid header via cmpctblock (${formatViolation(verdict.error)})`)
      return
    }
    if (entry) this.#consider({ peer, message, entry })
  }

  #consider(announcement: Announcement): void {
    const { peer, message, entry } = announcement
    const { chain } = this.#network
    const { blocks } = this.#parts
    updateAvailability(chain, peer, entry.hash)
    if (chain.hasBlock(entry.hash) || blocks.isProcessing(entry.hash)) return
    const requests = blocks.inFlight.of(entry.hash)
    const requested = requests.some((request) => request.peer === peer)
    if (!requested && !peer.announcesCompact) {
      this.#log(`peer=${peer.id}, not marked as high-bandwidth, sent us an unsolicited compact block!`)
      return
    }
    if (entry.chainWork <= chain.tip().chainWork || chain.wasConnected(entry.hash)) {
      // Not the next block: the pool has none of it.
      if (requested) blocks.askWhole(peer, entry.hash)
      return
    }
    if (requests.length === 0 && !isNearTip(this.#network)) return
    if (entry.height > chain.tip().height + MAX_AHEAD) {
      if (requested) blocks.askWhole(peer, entry.hash)
      else this.#parts.headers.received(peer, [message.header], true)
      return
    }
    const hasRoom = requests.length < MAX_PARALLEL && peer.blocksInFlight.size < MAX_BLOCKS_IN_FLIGHT
    if (hasRoom || requested) this.#begin(announcement, requests)
    else this.#tryWithout(announcement)
  }

  #assemble(message: CompactBlock) {
    const hash = hashToDisplay(computeBlockHash(message.header))
    this.#log(`Initializing PartiallyDownloadedBlock for block ${hash}`)
    const sources = { pool: this.#network.mempool.transactions(), extra: this.#parts.extra.all() }
    return PartialBlock.create(message, sources)
  }

  /** Asks the peer for what is missing, if it is its turn. Violation `invalid-compact-block`. */
  #begin({ peer, message, entry }: Announcement, before: readonly BlockRequest[]): void {
    const { blocks } = this.#parts
    const isFirst = before.length === 0 || before[0]?.peer === peer
    const request = blocks.inFlight.add(peer, entry)
    if (request.partial !== undefined) {
      this.#network.log('Peer sent us compact block we were already syncing!')
      return
    }
    const assembled = this.#assemble(message)
    if (!assembled.ok) {
      if (assembled.error === 'invalid') {
        blocks.inFlight.remove(entry.hash, peer)
        this.#network.misbehaved(peer, 'invalid-compact-block', 'invalid compact block')
      } else if (isFirst) blocks.askWhole(peer, entry.hash)
      else blocks.inFlight.remove(entry.hash, peer)
      return
    }
    request.partial = assembled.value
    const indexes = request.partial.missing()
    if (indexes.length === 0) this.transactions(peer, { hash: entry.hash, transactions: [] })
    else if (isFirst || mayAskInParallel(peer, before)) {
      this.#network.send(peer, { command: 'getblocktxn', hash: entry.hash, indexes })
    } else blocks.inFlight.remove(entry.hash, peer)
  }

  /** The block is being asked of enough others: what this peer sent serves only if nothing is missing. */
  #tryWithout({ peer, message, entry }: Announcement): void {
    const assembled = this.#assemble(message)
    if (!assembled.ok) return
    const block = assembled.value.complete([], this.#network.chain.isSegwitActive(entry.height))
    if (block.ok) this.#toChain(peer, block.value, entry.hash)
  }

  #toChain(peer: Peer, block: Block, hash: BlockHash): void {
    this.#parts.blocks.arrived(hash, peer)
    peer.processedBlocks = [...peer.processedBlocks, { hash, compact: true }]
    this.#network.emit({ type: 'process-block', peer: peer.id, block, requested: true })
  }

  /** True for a `blocktxn` of a block of which this peer was not asked for any. */
  ignoresTransactions(peer: Peer, payload: Uint8Array): boolean {
    const requests = this.#parts.blocks.inFlight.of(payload.subarray(0, 32))
    if (requests.some((request) => request.peer === peer && request.partial !== undefined)) return false
    this.#network.log(`Peer ${peer.id} sent us block transactions for block we weren't expecting`)
    return true
  }

  /** A `blocktxn`. Violations `invalid-block-transactions`, `repeated-block-transactions`. */
  transactions(peer: Peer, { hash, transactions }: BlockTransactions): void {
    const { inFlight } = this.#parts.blocks
    const requests = inFlight.of(hash)
    const request = requests.find((one) => one.peer === peer)
    if (request?.partial === undefined) return
    if (request.partial === 'failed') {
      inFlight.remove(hash, peer)
      const words = 'previous compact block reconstruction attempt failed'
      this.#network.misbehaved(peer, 'repeated-block-transactions', words)
      return
    }
    const { partial, entry } = request
    const block = partial.complete(transactions, this.#network.chain.isSegwitActive(entry.height))
    if (block.ok) {
      const origin = partial.describe(transactions.length)
      this.#log(`Successfully reconstructed block ${hashToDisplay(hash)} with ${origin} requested`)
      this.#toChain(peer, block.value, hash)
    } else if (block.error === 'invalid') {
      inFlight.remove(hash, peer)
      const words = 'invalid compact block/non-matching block transactions'
      this.#network.misbehaved(peer, 'invalid-block-transactions', words)
    } else if (requests[0] === request) {
      request.partial = 'failed'
      this.#parts.blocks.askWhole(peer, hash)
    } else {
      inFlight.remove(hash, peer)
      const words = 'sent us a compact block but it failed to reconstruct, waiting on first download to complete'
      this.#network.log(`Peer ${peer.id} ${words}`)
    }
  }
}

/** True for a peer that we asked for announcements, unless it would take the place kept for one that we chose. */
function mayAskInParallel(peer: Peer, before: readonly BlockRequest[]): boolean {
  if (!peer.announcesCompact) return false
  return !peer.inbound || before.some((request) => !request.peer.inbound) || before.length < MAX_PARALLEL - 1
}
