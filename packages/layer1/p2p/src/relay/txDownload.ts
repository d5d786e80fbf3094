import {
  type Block,
  computeTxid,
  computeWtxid,
  hasWitness,
  hashToDisplay,
  type Transaction,
  type Txid,
} from '@ply/primitives'
import type { InventoryItem } from '../message/inventory.ts'
import type { Network } from '../peer/network.ts'
import type { Peer } from '../peer/peer.ts'
import { MSG_TX, MSG_WITNESS_FLAG, MSG_WTX } from '../protocol.ts'
import { MAX_BLOCKS_IN_FLIGHT } from '../sync/blockDownload.ts'
import { isTxItem } from '../sync/serveData.ts'
import { describeTx, Orphanage, parentTxids } from './orphanage.ts'
import { RecentTransactions } from './recentTransactions.ts'
import { MAX_ANNOUNCEMENTS_PER_PEER, TxRequestTracker } from './txRequest.ts'

/** Requests to one peer that may be open before it counts as overloaded. */
const MAX_IN_FLIGHT = 100
/** Delays that let better sources go first: outbound before inbound, wtxid before txid, idle before busy. */
const INBOUND_DELAY = 2000
const TXID_DELAY = 2000
const OVERLOADED_DELAY = 2000
/** After this the next peer is asked. */
const REQUEST_TIMEOUT = 60_000
/** Most items of one `getdata` for transactions. */
const MAX_GETDATA = 1000

/** What is to become of a transaction that came: nothing, or it alone or with a child goes to the pool. */
export type Received =
  { readonly type: 'known' | 'process' } | { readonly type: 'package'; readonly child: Transaction }

/** Which transactions to ask of whom, and which to remember: from an announcement until it comes, and after. */
export class TxDownload {
  readonly #network: Network
  readonly requests: TxRequestTracker
  readonly orphanage: Orphanage
  readonly recent = new RecentTransactions()

  constructor(network: Network) {
    this.#network = network
    this.requests = new TxRequestTracker(network.entropy.bytes(16))
    this.orphanage = new Orphanage({
      log: (text) => network.log(text, 'txpackages'),
      random: () => network.randomFraction(),
    })
  }

  /** An `inv` entry for a transaction. */
  announced(peer: Peer, item: InventoryItem): void {
    const orphan = item.type === MSG_WTX ? this.orphanage.get(item.hash) : undefined
    if (orphan) {
      const missing = this.missingParents(orphan)
      // All were taken or refused meanwhile; it may be waiting to be tried again.
      if (missing.length > 0) this.resolveOrphan(peer, orphan, missing)
      return
    }
    // In this order: who announces far too much shall not have all of it looked up.
    if (this.#mayAnnounce(peer, 1) && !this.#have(item, true)) this.#note(peer, item)
  }

  #mayAnnounce(peer: Peer, more: number): boolean {
    const unlimited = peer.permissions.has('relay')
    return unlimited || this.requests.count(peer.id) + more <= MAX_ANNOUNCEMENTS_PER_PEER
  }

  #note(peer: Peer, item: InventoryItem): void {
    const { now } = this.#network
    const requestAt = now + this.#delay(peer, item.type !== MSG_WTX)
    this.requests.announced(peer.id, item, { preferred: peer.preferred, requestAt, now })
    peer.txRequestsDue = true
  }

  #delay(peer: Peer, byTxid: boolean): number {
    let delay = peer.preferred ? 0 : INBOUND_DELAY
    if (byTxid && this.#someoneAnnouncesByWtxid()) delay += TXID_DELAY
    const overloaded = this.requests.countInFlight(peer.id) >= MAX_IN_FLIGHT
    if (overloaded && !peer.permissions.has('relay')) delay += OVERLOADED_DELAY
    return delay
  }

  #someoneAnnouncesByWtxid(): boolean {
    for (const peer of this.#network.peers.values()) if (peer.ready && peer.wtxidRelay) return true
    return false
  }

  /** Notes that the peer can give the missing parents of an orphan, and asks it for them in time. */
  resolveOrphan(peer: Peer, tx: Transaction, missing: readonly Txid[]): void {
    const wtxid = computeWtxid(tx)
    if (this.orphanage.has(wtxid, peer.id)) return
    if (!this.#mayAnnounce(peer, missing.length)) return
    for (const hash of missing) this.#note(peer, { type: MSG_TX, hash })
    const words = `added peer=${peer.id} as a candidate for resolving orphan ${hashToDisplay(wtxid)}`
    this.#network.log(words, 'txpackages')
    this.orphanage.add(tx, peer.id)
  }

  /** Parents that are neither here nor refused for good. */
  missingParents(tx: Transaction): Txid[] {
    return parentTxids(tx).filter((hash) => !this.#have({ type: MSG_TX, hash }, false))
  }

  /** `alone`: what was refused alone counts as known, though it may be taken together with a child. */
  #have({ type, hash }: InventoryItem, alone: boolean): boolean {
    const { mempool } = this.#network
    const { orphanage, recent } = this
    // A txid is looked up among wtxids, too: without witnesses they are the same.
    if (orphanage.has(hash) || (alone && recent.isRejectedAlone(hash))) return true
    if (recent.isConfirmed(hash) || recent.isRejected(hash)) return true
    return (type === MSG_WTX ? mempool.byWtxid(hash) : mempool.byTxid(hash)) !== undefined
  }

  /** Sends the requests that are due. */
  request(peer: Peer): void {
    const { now } = this.#network
    peer.txRequestsDue = false
    const wanted = this.requests.takeRequestable(peer.id, now, now + REQUEST_TIMEOUT)
    const items: InventoryItem[] = []
    for (const item of wanted) {
      if (this.#have(item, false)) {
        this.requests.forget(item.hash)
        continue
      }
      const kind = item.type === MSG_WTX ? 'wtx' : 'tx'
      this.#network.log(`Requesting ${kind} ${hashToDisplay(item.hash)} peer=${peer.id}`)
      const withWitness = peer.servesWitnesses ? MSG_TX | MSG_WITNESS_FLAG : MSG_TX
      items.push(item.type === MSG_WTX ? item : { type: withWitness, hash: item.hash })
    }
    for (let at = 0; at < items.length; at += MAX_GETDATA) {
      this.#network.send(peer, { command: 'getdata', items: items.slice(at, at + MAX_GETDATA) })
    }
  }

  notFound(peer: Peer, items: readonly InventoryItem[]): void {
    // Nobody was asked for so much.
    if (items.length > MAX_ANNOUNCEMENTS_PER_PEER + MAX_BLOCKS_IN_FLIGHT) return
    for (const item of items) {
      if (!isTxItem(item)) continue
      this.requests.responded(peer.id, item.hash)
      for (const other of this.requests.candidates(item.hash)) {
        const next = this.#network.peers.get(other)
        if (next) next.txRequestsDue = true
      }
    }
  }

  /** A `tx` message: what to do with it. */
  received(peer: Peer, tx: Transaction): Received {
    const wtxid = computeWtxid(tx)
    this.requests.responded(peer.id, computeTxid(tx))
    this.requests.responded(peer.id, wtxid)
    if (this.#have({ type: MSG_WTX, hash: wtxid }, false)) return { type: 'known' }
    if (!this.recent.isRejectedAlone(wtxid)) return { type: 'process' }
    const words = 'in reconsiderable rejects, looking for child in orphanage'
    this.#network.log(`found tx ${describeTx(tx)} ${words}`, 'txpackages')
    const child = this.findChild(peer, tx)
    return child ? { type: 'package', child } : { type: 'known' }
  }

  /**
   * A child, from the same peer, with which the transaction may be taken that was refused alone. Only from the same:
   * others could offer so many false children that the true one is never tried.
   */
  findChild(peer: Peer, parent: Transaction): Transaction | undefined {
    return this.orphanage
      .childrenFrom(peer.id, parent)
      .find((child) => !this.recent.isPackageRejected([parent, child]) && !this.recent.isRejected(computeTxid(child)))
  }

  /** Nobody needs to be asked for it any more. */
  forget(tx: Transaction): void {
    this.requests.forget(computeTxid(tx))
    this.requests.forget(computeWtxid(tx))
  }

  /** Peers that announced the transaction and may be asked for its parents. */
  announcers(tx: Transaction): Peer[] {
    const ids = [
      ...this.requests.candidates(computeTxid(tx)),
      ...(hasWitness(tx) ? this.requests.candidates(computeWtxid(tx)) : []),
    ]
    return ids.flatMap((id) => this.#network.peers.get(id) ?? [])
  }

  blockConnected(block: Block): void {
    this.orphanage.removeForBlock(block)
    for (const tx of block.transactions) {
      this.recent.confirm(computeTxid(tx))
      this.recent.confirm(computeWtxid(tx))
      this.forget(tx)
    }
  }

  disconnected(peer: Peer): void {
    this.requests.disconnected(peer.id)
    this.orphanage.disconnected(peer.id)
    for (const other of this.#network.peers.values()) other.txRequestsDue = true
  }
}
