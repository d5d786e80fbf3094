import { bytesToHex } from '@ply/bytes'
import { type BlockHash, hashToDisplay } from '@ply/primitives'
import type { Network } from '../peer/network.ts'
import { NO_SOURCE, type Peer } from '../peer/peer.ts'
import { MSG_BLOCK, MSG_CMPCT_BLOCK, MSG_WITNESS_FLAG } from '../protocol.ts'
import type { HeaderEntry } from '../views.ts'
import { resolveAvailability } from './availability.ts'
import { BlocksInFlight } from './blocksInFlight.ts'
import { ascend, isActive, isAncestor, lastCommonAncestor } from './locator.ts'
import { nextHistory } from './historyDownload.ts'
import { Stalling } from './stalling.ts'

/** Blocks asked of one peer at once. */
export const MAX_BLOCKS_IN_FLIGHT = 16
/** Blocks that the chain may look at together, as objects in memory, of all peers but the first of each. */
const MAX_BLOCKS_PROCESSED = 4
/** How far ahead of the last common block we download: what bounds the blocks that wait for one before them. */
export const DOWNLOAD_WINDOW = 1024
/** A pruned peer keeps 288 blocks; two less leaves room for blocks found meanwhile. */
const LIMITED_PEER_BLOCKS = 286
/** Announced blocks are fetched at once if our tip is no older than this many block intervals. */
const DIRECT_FETCH_SPACINGS = 20

/** True if our tip is so young that what is announced now is most likely the next block. */
export const isNearTip = ({ chain, now, options }: Network): boolean =>
  chain.tip().header.time * 1000 > now - options.targetSpacing * 1000 * DIRECT_FETCH_SPACINGS

/** Decides which blocks to ask of whom, and remembers what is under way. */
export class BlockDownload {
  readonly #network: Network
  readonly inFlight: BlocksInFlight
  /** Blocks (hex) that came and that the chain is looking at. */
  readonly #processing = new Set<string>()
  readonly stalling: Stalling

  constructor(network: Network) {
    this.#network = network
    this.inFlight = new BlocksInFlight(network)
    this.stalling = new Stalling(network)
  }

  get processingCount(): number {
    return this.#processing.size
  }

  /** True if the block was asked for, or came and is being looked at. */
  isExpected(hash: Uint8Array): boolean {
    return this.inFlight.of(hash).length > 0 || this.isProcessing(hash)
  }

  /** True if the block came and is being looked at. */
  isProcessing(hash: Uint8Array): boolean {
    return this.#processing.has(bytesToHex(hash))
  }

  /** True if the chain may be given one more block while it looks at others. */
  get hasRoomForNext(): boolean {
    return this.#processing.size < MAX_BLOCKS_PROCESSED
  }

  /** True if blocks and headers may be asked of the peer in initial download. */
  mayDownloadFrom(peer: Peer): boolean {
    if (peer.preferred) return true
    if (!peer.servesBlocks || NO_SOURCE.has(peer.kind)) return false
    if (this.inFlight.size === 0) return true
    return ![...this.#network.peers.values()].some((other) => other.ready && other.preferred)
  }

  /** Fills the peer's share of requests. Called whenever something about it or the chain changed. */
  request(peer: Peer): void {
    const { chain } = this.#network
    resolveAvailability(chain, peer)
    if (!peer.ready || !peer.servesBlocks || this.#network.takesHeaders) return
    const syncing = this.mayDownloadFrom(peer) && !peer.servesOnlyRecentBlocks
    if (!syncing && chain.isInitialBlockDownload()) return
    const budget = MAX_BLOCKS_IN_FLIGHT - peer.blocksInFlight.size
    if (budget <= 0) return
    const wanted = this.#nextBlocks(peer, budget)
    this.#ask(peer, wanted.blocks)
    // Getting to the tip comes first.
    const count = budget - wanted.blocks.length
    const isExpected = (hash: BlockHash): boolean => this.isExpected(hash)
    this.#ask(peer, nextHistory(this.#network, peer, { count, window: DOWNLOAD_WINDOW, isExpected }))
    if (wanted.blocks.length === 0 && peer.blocksInFlight.size === 0 && wanted.staller) {
      this.stalling.suspect(wanted.staller)
    }
  }

  /** The next blocks on the peer's best chain that nobody was asked for, oldest first. */
  #nextBlocks(peer: Peer, count: number): { blocks: HeaderEntry[]; staller?: Peer } {
    const { chain, options } = this.#network
    const best = peer.bestKnown
    const tip = chain.tip()
    if (!best || best.chainWork < tip.chainWork || best.chainWork < options.minimumChainWork) return { blocks: [] }
    // Nobody could undo what comes after the block whose coins are in use.
    const history = chain.uncheckedHistory()
    if (history && !isAncestor(chain, history.target, best)) {
      const words = "which doesn't have the snapshot block in its best chain."
      this.#network.log(`Not downloading blocks from peer=${peer.id}, ${words}`)
      return { blocks: [] }
    }
    const start = peer.lastCommon ?? chain.activeAt(Math.min(best.height, tip.height)) ?? tip
    let common = lastCommonAncestor(chain, start, best)
    // A peer far ahead on our own chain: begin at our tip, not at where we last looked.
    const tipFork = lastCommonAncestor(chain, tip, best)
    if (tipFork.height > common.height) common = tipFork
    peer.lastCommon = common
    const windowEnd = common.height + DOWNLOAD_WINDOW
    const blocks: HeaderEntry[] = []
    let waitingFor: Peer | undefined
    let advancing = true
    let moves = false
    for (const entry of ascend(chain, best, { from: common.height + 1, to: windowEnd + 1 })) {
      if (chain.isInvalid(entry.hash) || !peer.servesWitnesses) break
      if (chain.hasBlock(entry.hash)) {
        // All blocks up to it are here, though another chain may still be the active one.
        if (advancing) peer.lastCommon = entry
        continue
      }
      advancing = false
      if (this.isProcessing(entry.hash)) {
        // The window moves as soon as it is connected.
        moves = true
        continue
      }
      const [asked] = this.inFlight.of(entry.hash)
      if (asked) {
        waitingFor ??= asked.peer
        continue
      }
      if (entry.height > windowEnd) {
        if (blocks.length === 0 && waitingFor && waitingFor !== peer && !moves) return { blocks, staller: waitingFor }
        break
      }
      if (peer.servesOnlyRecentBlocks && best.height - entry.height >= LIMITED_PEER_BLOCKS) continue
      blocks.push(entry)
      if (blocks.length === count) break
    }
    return { blocks }
  }

  /** Asks at once for what was just announced, if it leads to at least as much work and is a short way ahead. */
  fetchAnnounced(peer: Peer, last: HeaderEntry): void {
    const { chain } = this.#network
    if (!isNearTip(this.#network) || chain.tip().chainWork > last.chainWork) return
    if (chain.isInvalid(last.hash) || !peer.servesWitnesses) return
    const missing: HeaderEntry[] = []
    let walk: HeaderEntry | undefined = last
    while (walk && !isActive(chain, walk) && missing.length <= MAX_BLOCKS_IN_FLIGHT) {
      if (!chain.hasBlock(walk.hash) && !this.isExpected(walk.hash)) missing.push(walk)
      walk = chain.ancestor(walk, walk.height - 1)
    }
    if (!walk || !isActive(chain, walk)) {
      // A long way from our chain: the ordinary download, which goes from the fork upwards, does it.
      this.#network.log(`Large reorg, won't direct fetch to ${hashToDisplay(last.hash)} (${last.height})`)
      return
    }
    const wanted = missing.reverse().slice(0, MAX_BLOCKS_IN_FLIGHT - peer.blocksInFlight.size)
    const [only] = wanted
    if (only && wanted.length === 1 && this.#mayBeCompact(peer, last)) this.#ask(peer, [only], MSG_CMPCT_BLOCK)
    else this.#ask(peer, wanted)
  }

  /** A single block on what we have: most of its transactions are in the pool (BIP 152, low-bandwidth mode). */
  #mayBeCompact(peer: Peer, last: HeaderEntry): boolean {
    const { chain, options } = this.#network
    if (!options.relayTransactions || !peer.providesCompact || this.inFlight.size > 0) return false
    return chain.wasConnected(last.header.previousBlockHash)
  }

  #ask(peer: Peer, entries: readonly HeaderEntry[], type = MSG_BLOCK | MSG_WITNESS_FLAG): void {
    if (entries.length === 0) return
    for (const entry of entries) {
      this.inFlight.add(peer, entry)
      this.#network.log(`Requesting block ${hashToDisplay(entry.hash)} (${entry.height}) peer=${peer.id}`)
    }
    const items = entries.map((entry) => ({ type, hash: entry.hash as Uint8Array }))
    this.#network.send(peer, { command: 'getdata', items })
  }

  /** Asks for the whole of a block that the peer was asked for in compact form, under the same request. */
  askWhole(peer: Peer, hash: BlockHash): void {
    this.#network.send(peer, { command: 'getdata', items: [{ type: MSG_BLOCK | MSG_WITNESS_FLAG, hash }] })
  }

  /** Asks the peer for a block of our operator's choice, and waits for nobody else's answer. */
  askChosen(peer: Peer, hash: BlockHash): void {
    const entry = this.#network.chain.header(hash)
    if (!entry || this.#network.chain.hasBlock(hash)) return
    this.inFlight.remove(hash)
    this.#ask(peer, [entry])
  }

  /** The peer's block came, whole, and goes to the chain. True if it had been asked for, of whomever. */
  arrived(hash: BlockHash, peer: Peer): boolean {
    const requested = this.inFlight.of(hash).length > 0
    this.inFlight.remove(hash, peer)
    this.#processing.add(bytesToHex(hash))
    return requested
  }

  /** The chain gave its verdict: what it stored need not come from others. */
  processed(hash: BlockHash): void {
    this.#processing.delete(bytesToHex(hash))
    if (this.#network.chain.hasBlock(hash)) this.inFlight.remove(hash)
  }

  /** Frees what a peer was asked for, so that others are asked. */
  forget(peer: Peer): void {
    for (const { entry } of [...peer.blocksInFlight.values()]) this.inFlight.remove(entry.hash, peer)
    for (const { hash } of peer.processedBlocks) this.#processing.delete(bytesToHex(hash))
  }
}
