import { hashToDisplay } from '@ply/primitives'
import type { Network } from '../peer/network.ts'
import type { Peer } from '../peer/peer.ts'

const TIMEOUT_LEAST = 2000
const TIMEOUT_MOST = 64_000
/** A block may take its interval, and half as much again for each other peer that shares our line. */
const BLOCK_TIMEOUT_BASE = 1
const BLOCK_TIMEOUT_PER_PEER = 0.5

/** Finds peers that hold up the download. */
export class Stalling {
  readonly #network: Network
  #timeout = TIMEOUT_LEAST

  constructor(network: Network) {
    this.#network = network
  }

  /** The window cannot move because of a block that this peer was asked for. */
  suspect(peer: Peer): void {
    if (peer.stallingSince !== undefined) return
    peer.stallingSince = this.#network.now
    this.#network.log(`Stall started peer=${peer.id}`)
  }

  /** A block was connected: our line is not that bad. */
  relax(): void {
    if (this.#timeout === TIMEOUT_LEAST) return
    // In whole seconds, as everybody counts them.
    this.#timeout = Math.max(TIMEOUT_LEAST, 1000 * Math.floor((this.#timeout * 0.85) / 1000))
    this.#network.log(`Decreased stalling timeout to ${this.#timeout / 1000} seconds`)
  }

  /** Violations `block-stalling` and `block-timeout`. True if the connection ended. */
  check(peer: Peer, sources: number): boolean {
    const { now, options } = this.#network
    if (peer.stallingSince !== undefined && now > peer.stallingSince + this.#timeout) {
      // More patience with the next one, in case it is our own line that is slow.
      const longer = Math.min(2 * this.#timeout, TIMEOUT_MOST)
      const ended = this.#network.misbehaved(peer, 'block-stalling', 'Peer is stalling block download')
      if (longer !== this.#timeout) {
        this.#timeout = longer
        this.#network.log(`Increased stalling timeout temporarily to ${longer / 1000} seconds`)
      }
      return ended
    }
    const [oldest] = peer.blocksInFlight.values()
    if (!oldest) return false
    const intervals = BLOCK_TIMEOUT_BASE + BLOCK_TIMEOUT_PER_PEER * Math.max(0, sources - 1)
    if (now <= peer.downloadingSince + options.targetSpacing * 1000 * intervals) return false
    const words = `Timeout downloading block ${hashToDisplay(oldest.entry.hash)}`
    return this.#network.misbehaved(peer, 'block-timeout', words)
  }
}
