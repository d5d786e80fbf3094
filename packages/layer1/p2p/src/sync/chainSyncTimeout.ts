import { hashToDisplay } from '@ply/primitives'
import type { Network } from '../peer/network.ts'
import type { Peer } from '../peer/peer.ts'
import type { HeaderEntry } from '../views.ts'
import type { HeadersSync } from './headersSync.ts'

/** How long a peer may be behind us, and how long its answer to a last call may take. */
const CHAIN_SYNC_TIMEOUT = 20 * 60_000
const HEADERS_RESPONSE_TIME = 2 * 60_000
/** Peers that showed as much work as we have: so many stay, whatever comes, lest one lie empty our places. */
const MAX_PROTECTED = 4

/** What is remembered of a peer that we chose and that is behind us. */
export interface ChainSyncState {
  /** When its time is up. */
  readonly deadline: number
  /** Our tip when the clock was set: the work that it has to show. */
  readonly benchmark: HeaderEntry
  readonly askedLast: boolean
}

/** Peers that we chose must follow the chain with most work that we know, or make room for others. */
export class ChainSyncTimeout {
  readonly #network: Network
  readonly #headers: HeadersSync

  constructor(network: Network, headers: HeadersSync) {
    this.#network = network
    this.#headers = headers
  }

  /** A full-relay peer that shows as much work as our tip has is not judged any more, if there are not many such. */
  protect(peer: Peer): void {
    const { chain, peers } = this.#network
    if (peer.kind !== 'outbound' || peer.protectedFromTimeout || !peer.bestKnown) return
    if (peer.bestKnown.chainWork < chain.tip().chainWork) return
    const count = [...peers.values()].filter((other) => other.protectedFromTimeout).length
    if (count >= MAX_PROTECTED) return
    this.#network.log(`Protecting outbound peer=${peer.id} from eviction`)
    peer.protectedFromTimeout = true
  }

  /** Violation `old-chain`. True if the connection ended. */
  check(peer: Peer): boolean {
    const judged = (peer.kind === 'outbound' || peer.kind === 'block-relay-only') && peer.syncStarted
    if (!judged || peer.protectedFromTimeout) return false
    const { now, chain } = this.#network
    const tip = chain.tip()
    const work = peer.bestKnown?.chainWork ?? -1n
    if (work >= tip.chainWork) {
      peer.chainSync = undefined
      return false
    }
    const state = peer.chainSync
    // Behind for the first time, or it caught up with where we were then.
    if (!state || work >= state.benchmark.chainWork) {
      peer.chainSync = { deadline: now + CHAIN_SYNC_TIMEOUT, benchmark: tip, askedLast: false }
      return false
    }
    if (now <= state.deadline) return false
    if (!state.askedLast) {
      this.#askLast(peer, state)
      return false
    }
    const best = peer.bestKnown ? hashToDisplay(peer.bestKnown.hash) : '<none>'
    this.#network.tell(`Outbound peer has old chain, best known block = ${best}, disconnecting peer=${peer.id}`)
    return this.#network.misbehaved(peer, 'old-chain')
  }

  /** A last chance to show that it has caught up. */
  #askLast(peer: Peer, { benchmark }: ChainSyncState): void {
    const { chain, now } = this.#network
    const start = chain.ancestor(benchmark, Math.max(0, benchmark.height - 1)) ?? benchmark
    this.#headers.request(peer, start)
    const best = peer.bestKnown ? hashToDisplay(peer.bestKnown.hash) : '<none>'
    const known = `current best known block:${best}, benchmark blockhash: ${hashToDisplay(benchmark.hash)}`
    this.#network.log(`sending getheaders to outbound peer=${peer.id} to verify chain work (${known})`)
    peer.chainSync = { deadline: now + HEADERS_RESPONSE_TIME, benchmark, askedLast: true }
  }
}
