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
    peer.stallingSince ??= this.#network.now
  }

  /** A block was connected: our line is not that bad. */
  relax(): void {
    this.#timeout = Math.max(TIMEOUT_LEAST, Math.floor(this.#timeout * 0.85))
  }

  /** Violations `block-stalling` and `block-timeout`. True if the connection ended. */
  check(peer: Peer, sources: number): boolean {
    const { now, options } = this.#network
    if (peer.stallingSince !== undefined && now > peer.stallingSince + this.#timeout) {
      // More patience with the next one, in case it is our own line that is slow.
      this.#timeout = Math.min(2 * this.#timeout, TIMEOUT_MOST)
      return this.#network.misbehaved(peer, 'block-stalling')
    }
    if (peer.blocksInFlight.size === 0) return false
    const intervals = BLOCK_TIMEOUT_BASE + BLOCK_TIMEOUT_PER_PEER * Math.max(0, sources - 1)
    if (now <= peer.downloadingSince + options.targetSpacing * 1000 * intervals) return false
    return this.#network.misbehaved(peer, 'block-timeout')
  }
}
