import { equalBytes } from '@ply/bytes'
import type { BlockHash } from '@ply/primitives'
import type { Network } from '../peer/network.ts'
import type { Peer } from '../peer/peer.ts'
import { MSG_BLOCK } from '../protocol.ts'
import type { HeaderEntry } from '../views.ts'
import { peerHasHeader, resolveAvailability } from './availability.ts'
import { isActive, lastCommonAncestor } from './locator.ts'

/** More new blocks than this are announced by the tip alone. */
const MAX_BLOCKS_TO_ANNOUNCE = 8

/** Tells peers of new blocks: by headers to those who asked for it and can connect them, else by the tip's hash. */
export class BlockAnnouncement {
  readonly #network: Network
  #lastTip: HeaderEntry

  constructor(network: Network) {
    this.#network = network
    this.#lastTip = network.chain.tip()
  }

  /** Notes what is new since the last tip, for all peers. */
  tipChanged(): void {
    const { chain, peers } = this.#network
    const tip = chain.tip()
    if (equalBytes(tip.hash, this.#lastTip.hash)) return
    const fork = lastCommonAncestor(chain, this.#lastTip, tip)
    this.#lastTip = tip
    if (chain.isInitialBlockDownload()) return
    const fresh: BlockHash[] = []
    // One over the limit is enough to know that there are too many for headers.
    for (let height = tip.height; height > fork.height && fresh.length <= MAX_BLOCKS_TO_ANNOUNCE; height--) {
      const entry = chain.activeAt(height)
      if (entry) fresh.unshift(entry.hash)
    }
    for (const peer of peers.values()) {
      if (!peer.ready) continue
      peer.blocksToAnnounce.push(...fresh)
      this.announce(peer)
    }
  }

  announce(peer: Peer): void {
    const { chain } = this.#network
    const hashes = peer.blocksToAnnounce
    peer.blocksToAnnounce = []
    const newest = hashes.at(-1)
    if (!newest) return
    resolveAvailability(chain, peer)
    const entries = this.#connectable(peer, hashes)
    const last = entries?.at(-1)
    if (entries && !last) return
    if (entries && last) {
      peer.bestHeaderSent = last
      this.#network.send(peer, { command: 'headers', headers: entries.map((entry) => entry.header) })
      return
    }
    const tip = chain.header(newest)
    if (tip && peerHasHeader(chain, peer, tip)) return
    this.#network.send(peer, { command: 'inv', items: [{ type: MSG_BLOCK, hash: newest }] })
  }

  /** The headers that are new to the peer, if it wants headers and can connect the first one; else undefined. */
  #connectable(peer: Peer, hashes: readonly BlockHash[]): HeaderEntry[] | undefined {
    const { chain } = this.#network
    if (!peer.prefersHeaders || hashes.length > MAX_BLOCKS_TO_ANNOUNCE) return undefined
    const fresh: HeaderEntry[] = []
    let previous: HeaderEntry | undefined
    for (const hash of hashes) {
      const entry = chain.header(hash)
      if (!entry || !isActive(chain, entry)) return undefined
      if (previous && !equalBytes(entry.header.previousBlockHash, previous.hash)) return undefined
      previous = entry
      if (fresh.length === 0) {
        if (peerHasHeader(chain, peer, entry)) continue
        const before = chain.ancestor(entry, entry.height - 1)
        if (before && !peerHasHeader(chain, peer, before)) return undefined
      }
      fresh.push(entry)
    }
    return fresh
  }
}
