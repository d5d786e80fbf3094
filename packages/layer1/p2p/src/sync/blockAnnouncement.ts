import { equalBytes } from '@ply/bytes'
import { type Block, type BlockHash, computeBlockHash, hashToDisplay } from '@ply/primitives'
import type { Network } from '../peer/network.ts'
import type { Peer } from '../peer/peer.ts'
import { MSG_BLOCK, UNCHECKED_COMPACT_BLOCKS_VERSION } from '../protocol.ts'
import type { RecentBlock } from '../relay/compact/recentBlock.ts'
import type { HeaderEntry } from '../views.ts'
import { peerHasHeader, resolveAvailability } from './availability.ts'
import { isActive, lastCommonAncestor } from './locator.ts'

/** More new blocks than this are announced by the tip alone. */
const MAX_BLOCKS_TO_ANNOUNCE = 8

/**
 * Tells peers of new blocks: in compact form to those who asked for it, by headers to those who asked for these and can
 * connect them, else by the tip's hash.
 */
export class BlockAnnouncement {
  readonly #network: Network
  readonly #recent: RecentBlock
  #lastTip: HeaderEntry
  /** Of each height only the first block is announced before it is fully checked. */
  #highestUnchecked = -1

  constructor(network: Network, recent: RecentBlock) {
    this.#network = network
    this.#recent = recent
    this.#lastTip = network.chain.tip()
  }

  /** BIP 152: a block on our tip passed all checks but those that need coins. Its high-bandwidth receivers hear of it. */
  accepted(block: Block): void {
    const { chain, peers } = this.#network
    const entry = chain.header(computeBlockHash(block.header))
    const previous = entry && chain.ancestor(entry, entry.height - 1)
    if (!previous || entry.height <= this.#highestUnchecked) return
    this.#highestUnchecked = entry.height
    if (!chain.isSegwitActive(entry.height)) return
    this.#recent.set(block)
    for (const peer of peers.values()) {
      if (!peer.takesPart || peer.version < UNCHECKED_COMPACT_BLOCKS_VERSION) continue
      resolveAvailability(chain, peer)
      if (!peer.wantsCompact || peerHasHeader(chain, peer, entry) || !peerHasHeader(chain, peer, previous)) continue
      this.#sendCompact(peer, entry)
    }
  }

  /** False if the block is not at hand. */
  #sendCompact(peer: Peer, entry: HeaderEntry): boolean {
    const payload = this.#recent.compact(entry.hash)
    if (!payload) return false
    this.#network.log(`sending header-and-ids ${hashToDisplay(entry.hash)} to peer=${peer.id}`)
    this.#network.sendPayload(peer, 'cmpctblock', payload)
    peer.bestHeaderSent = entry
    return true
  }

  /** Notes what is new since the last tip, for all peers. */
  tipChanged(): void {
    const { chain, peers } = this.#network
    const tip = chain.tip()
    if (equalBytes(tip.hash, this.#lastTip.hash)) return
    const lastTip = this.#lastTip
    this.#lastTip = tip
    if (chain.isInitialBlockDownload() || peers.size === 0) return
    const fork = lastCommonAncestor(chain, lastTip, tip)
    const fresh: BlockHash[] = []
    for (let height = tip.height; height > fork.height && fresh.length < MAX_BLOCKS_TO_ANNOUNCE; height--) {
      const entry = chain.activeAt(height)
      if (entry) fresh.unshift(entry.hash)
    }
    for (const peer of peers.values()) {
      if (!peer.takesPart) continue
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
    if (entries && last && this.#sendEntries(peer, entries, last)) return
    const tip = chain.header(newest)
    if (tip && peerHasHeader(chain, peer, tip)) return
    this.#network.send(peer, { command: 'inv', items: [{ type: MSG_BLOCK, hash: newest }] })
  }

  #sendEntries(peer: Peer, entries: readonly HeaderEntry[], last: HeaderEntry): boolean {
    if (entries.length === 1 && peer.wantsCompact && this.#sendCompact(peer, last)) return true
    if (!peer.prefersHeaders) return false
    peer.bestHeaderSent = last
    this.#network.send(peer, { command: 'headers', headers: entries.map((entry) => entry.header) })
    return true
  }

  /** The headers that are new to the peer, if it wants them and can connect the first one; else undefined. */
  #connectable(peer: Peer, hashes: readonly BlockHash[]): HeaderEntry[] | undefined {
    const { chain } = this.#network
    if (hashes.length > MAX_BLOCKS_TO_ANNOUNCE) return undefined
    if (!peer.prefersHeaders && (!peer.wantsCompact || hashes.length > 1)) return undefined
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
