import { equalBytes, unreachable } from '@ply/bytes'
import { formatViolation } from '@ply/consensus'
import { type BlockHash, type BlockHeader, computeBlockHash, hashToDisplay, ZERO_HASH } from '@ply/primitives'
import type { ChainVerdict } from '../event.ts'
import { chainViolation } from '../peer/misbehavior.ts'
import type { Network } from '../peer/network.ts'
import type { Peer } from '../peer/peer.ts'
import { MAX_HEADERS, SENDHEADERS_VERSION } from '../protocol.ts'
import type { HeaderEntry } from '../views.ts'
import { updateAvailability } from './availability.ts'
import type { BlockDownload } from './blockDownload.ts'
import { HeadersPresync } from './headersPresync.ts'
import { computeLocator } from './locator.ts'
import { computeClaimedWork, computeWorkThreshold } from './workThreshold.ts'

/** A peer that answered nothing to a `getheaders` for this long may be asked again. */
const RESPONSE_TIME = 2 * 60_000
const TIMEOUT_BASE = 15 * 60_000
/** Extra patience per header that is missing by the clock. */
const TIMEOUT_PER_HEADER = 1
const ONE_DAY = 24 * 3600_000

const timeOf = (entry: HeaderEntry): number => entry.header.time * 1000

/** Headers that the chain was asked to take. `compact`: by a compact block, which may be announced unchecked. */
export interface HeadersBatch {
  readonly last: BlockHash
  readonly full: boolean
  readonly compact: boolean
}

interface HashedHeaders {
  readonly headers: readonly BlockHeader[]
  readonly hashes: readonly BlockHash[]
}

/** Headers-first sync: which peers are asked for headers, and what their answers lead to. */
export class HeadersSync {
  readonly #network: Network
  readonly #blocks: BlockDownload

  constructor(network: Network, blocks: BlockDownload) {
    this.#network = network
    this.#blocks = blocks
  }

  /** Asks one peer for headers at first; all of them once we are within a day of now. */
  start(peer: Peer): void {
    const { chain, now, options } = this.#network
    if (peer.syncStarted || !peer.ready || !peer.servesBlocks) return
    const best = chain.bestHeader()
    const nearNow = timeOf(best) > now - ONE_DAY
    const mayBeSole = this.#syncingPeers() === 0 && this.#blocks.mayDownloadFrom(peer)
    if (!mayBeSole && !nearNow) return
    // From the header before the best: an up-to-date peer then answers with one header, and we know its tip.
    const start = chain.ancestor(best, Math.max(0, best.height - 1)) ?? best
    if (!this.request(peer, start)) return
    this.#network.log(`initial getheaders (${start.height}) to peer=${peer.id}`)
    peer.syncStarted = true
    const missing = Math.max(0, now - timeOf(best)) / 1000 / options.targetSpacing
    peer.headersTimeout = now + TIMEOUT_BASE + TIMEOUT_PER_HEADER * missing
  }

  /** Peers that were asked for their headers. Further ones come in by the blocks that they announce. */
  #syncingPeers(): number {
    let count = 0
    for (const peer of this.#network.peers.values()) if (peer.syncStarted) count += 1
    return count
  }

  /** Sends `getheaders` from `start`, unless an answer to the last one may still come. True if it was sent. */
  request(peer: Peer, start: HeaderEntry): boolean {
    if (this.#network.now - peer.lastGetHeadersAt <= RESPONSE_TIME) return false
    this.#ask(peer, computeLocator(this.#network.chain, start))
    return true
  }

  #ask(peer: Peer, locator: readonly BlockHash[]): void {
    peer.lastGetHeadersAt = this.#network.now
    this.#network.send(peer, { command: 'getheaders', locator, stop: ZERO_HASH as BlockHash })
  }

  /** A `headers` message. Violation: `non-continuous-headers`. */
  received(peer: Peer, headers: readonly BlockHeader[], compact = false): void {
    const { chain } = this.#network
    const first = headers[0]
    const last = headers.at(-1)
    if (!first || !last) {
      // No announcement can be empty: it is the answer to what we asked.
      peer.presync = undefined
      peer.lastGetHeadersAt = -Infinity
      return
    }
    const hashes = headers.map(computeBlockHash)
    if (!headers.every((header, i) => chain.hasProofOfWork(header, hashes[i]!))) {
      this.#network.misbehaved(peer, 'invalid-proof-of-work', 'header with invalid proof of work')
      return
    }
    for (let i = 1; i < headers.length; i++) {
      if (!equalBytes(headers[i]!.previousBlockHash, hashes[i - 1]!)) {
        this.#network.misbehaved(peer, 'non-continuous-headers', 'non-continuous headers sequence')
        return
      }
    }
    const lastHash = hashes.at(-1)!
    if (peer.presync && equalBytes(first.previousBlockHash, peer.presync.last)) {
      this.#presync(peer, peer.presync, { headers, hashes })
      return
    }
    const start = chain.header(first.previousBlockHash)
    if (!start) {
      // A block announced from a chain that we have not followed: ask for what lies between.
      const best = chain.bestHeader()
      if (this.request(peer, best)) {
        const missing = `missing prev block ${hashToDisplay(first.previousBlockHash)}`
        const words = `${missing}, sending getheaders (${best.height}) to end (peer=${peer.id})`
        this.#network.log(`received header ${hashToDisplay(hashes[0]!)}: ${words}`)
      }
      updateAvailability(chain, peer, lastHash)
      return
    }
    peer.lastGetHeadersAt = -Infinity
    const full = headers.length === MAX_HEADERS
    if (chain.header(lastHash) && !chain.isInvalid(lastHash)) {
      this.#accepted(peer, lastHash, full)
      return
    }
    const threshold = computeWorkThreshold(this.#network)
    if (start.chainWork + computeClaimedWork(headers) < threshold && !peer.noBan) {
      if (full) this.#presync(peer, this.#beginPresync(start, threshold), { headers, hashes })
      else this.#logLowWork(peer, start.height + headers.length)
      return
    }
    this.#process(peer, { headers, hashes }, compact)
  }

  #beginPresync(start: HeaderEntry, wanted: bigint): HeadersPresync {
    const { chain, now, secret: key } = this.#network
    const isPermitted: typeof chain.isPermittedDifficulty = (height, bits) => chain.isPermittedDifficulty(height, bits)
    return new HeadersPresync({ start, wanted, now: Math.floor(now / 1000), key, isPermitted })
  }

  #logLowWork(peer: Peer, height: number): void {
    this.#network.log(`Ignoring low-work chain (height=${height}) from peer=${peer.id}`)
  }

  #process(peer: Peer, { headers, hashes }: HashedHeaders, compact = false): void {
    peer.processing = { type: 'headers', last: hashes.at(-1)!, full: headers.length === MAX_HEADERS, compact }
    this.#network.processHeaders(peer, headers)
  }

  /** Headers of a chain that has yet to show its work, or is showing it again. */
  #presync(peer: Peer, presync: HeadersPresync, { headers, hashes }: HashedHeaders): void {
    peer.presync = presync
    // What was asked is answered: the peer may be asked again.
    peer.lastGetHeadersAt = -Infinity
    const step = presync.take(headers, hashes)
    switch (step) {
      case 'count':
      case 'again':
        this.#ask(peer, [presync.last, ...computeLocator(this.#network.chain, presync.start)])
        return
      case 'give-up':
        peer.presync = undefined
        this.#network.log(`Initial headers sync aborted with peer=${peer.id}: at height=${presync.height}`)
        return
      case 'last':
        peer.presync = undefined
        this.#process(peer, { headers, hashes })
        return
      case 'keep':
        this.#process(peer, { headers, hashes })
        return
      default:
        unreachable(step)
    }
  }

  processed(peer: Peer, batch: HeadersBatch, verdict: ChainVerdict): void {
    if (verdict.ok) {
      this.#accepted(peer, batch.last, batch.full)
      return
    }
    const whose = { inbound: peer.inbound, compact: batch.compact }
    const violation = chainViolation(verdict.error.failure, 'invalid-headers', whose)
    if (violation) this.#network.misbehaved(peer, violation, 'invalid header received')
    else this.#network.log(`peer=${peer.id}: invalid header received (${formatViolation(verdict.error)})`)
  }

  #accepted(peer: Peer, lastHash: BlockHash, full: boolean): void {
    const { chain } = this.#network
    const last = chain.header(lastHash)
    if (!last) return
    const before = peer.bestKnown
    updateAvailability(chain, peer, lastHash)
    const news = peer.bestKnown !== before && last.chainWork > chain.tip().chainWork
    if (news) peer.lastAnnouncementAt = this.#network.now
    if (full) this.request(peer, last)
    this.#blocks.fetchAnnounced(peer, last)
    this.offerSendHeaders(peer)
  }

  /** BIP 130: headers are asked for once the peer has shown a chain worth following. */
  offerSendHeaders(peer: Peer): void {
    if (peer.sentSendHeaders || peer.version < SENDHEADERS_VERSION) return
    if (!peer.bestKnown || peer.bestKnown.chainWork <= this.#network.options.minimumChainWork) return
    peer.sentSendHeaders = true
    this.#network.send(peer, { command: 'sendheaders' })
  }

  /** Violation `headers-timeout`: our only headers peer is silent while there are others to ask. */
  checkTimeout(peer: Peer): void {
    const { chain, now, peers } = this.#network
    if (!peer.syncStarted || peer.headersTimeout === Infinity) return
    if (timeOf(chain.bestHeader()) > now - ONE_DAY) {
      peer.headersTimeout = Infinity
      return
    }
    const others = [...peers.values()].some((other) => other !== peer && other.ready && other.preferred)
    if (now <= peer.headersTimeout || !others || this.#syncingPeers() !== 1) return
    if (peer.noBan) {
      this.#network.tell(`Timeout downloading headers from noban peer, not disconnecting peer=${peer.id}`)
      peer.syncStarted = false
      peer.headersTimeout = Infinity
    } else {
      this.#network.misbehaved(peer, 'headers-timeout', 'Timeout downloading headers')
    }
  }
}
