import { bytesToHex } from '@ply/bytes'
import { formatViolation } from '@ply/consensus'
import { type Block, computeTxid, computeWtxid, hashToDisplay, hasWitness, type Transaction } from '@ply/primitives'
import type { TxVerdict } from '../event.ts'
import type { InventoryItem } from '../message/inventory.ts'
import { BoundedSet } from '../peer/boundedSet.ts'
import type { Network } from '../peer/network.ts'
import type { Peer } from '../peer/peer.ts'
import { MSG_TX, MSG_WITNESS_FLAG, MSG_WTX } from '../protocol.ts'
import { Orphanage, parentTxids } from './orphanage.ts'
import type { ExtraTransactions } from './compact/extraTransactions.ts'
import type { TxAnnouncement } from './txAnnouncement.ts'
import { MAX_ANNOUNCEMENTS_PER_PEER, TxRequestTracker } from './txRequest.ts'

/** Requests to one peer that may be open before it counts as overloaded. */
const MAX_IN_FLIGHT = 100
/** Delays that let better sources go first: outbound before inbound, wtxid before txid, idle before busy. */
const INBOUND_DELAY = 2000
const TXID_DELAY = 2000
const OVERLOADED_DELAY = 2000
/** After this the next peer is asked. */
const REQUEST_TIMEOUT = 60_000
const REMEMBERED_REJECTS = 30_000
const REMEMBERED_CONFIRMED = 24_000
/** Most items of one `getdata` for transactions. */
const MAX_GETDATA = 1000

/** From an announcement to the pool's verdict: whom to ask, what to remember, orphans and their parents. */
export class TxDownload {
  readonly #network: Network
  readonly #announcement: TxAnnouncement
  readonly #extra: ExtraTransactions
  readonly requests: TxRequestTracker
  readonly orphanage = new Orphanage()
  /** Wtxids (and some txids) that the pool refused since the last block. */
  readonly #rejects = new BoundedSet(REMEMBERED_REJECTS)
  readonly #confirmed = new BoundedSet(REMEMBERED_CONFIRMED)

  constructor(network: Network, announcement: TxAnnouncement, extra: ExtraTransactions) {
    this.#network = network
    this.#extra = extra
    this.#announcement = announcement
    this.requests = new TxRequestTracker(Number(network.randomU64() & 0xffffffffn))
  }

  /** An `inv` entry for a transaction. */
  announced(peer: Peer, item: InventoryItem): void {
    // A peer announces by the kind of id that was agreed on; the other kind is ignored.
    if ((item.type === MSG_WTX) !== peer.wtxidRelay) return
    peer.known.add(bytesToHex(item.hash))
    if (this.#network.chain.isInitialBlockDownload()) return
    const orphan = item.type === MSG_WTX ? this.orphanage.get(item.hash) : undefined
    if (orphan) {
      this.#requestParents(peer, orphan)
      return
    }
    if (!this.#have(item)) this.#want(peer, item)
  }

  #want(peer: Peer, item: InventoryItem): void {
    const { now, peers } = this.#network
    if (this.requests.count(peer.id) >= MAX_ANNOUNCEMENTS_PER_PEER) return
    let delay = peer.preferred ? 0 : INBOUND_DELAY
    if (item.type !== MSG_WTX && [...peers.values()].some((other) => other.ready && other.wtxidRelay)) {
      delay += TXID_DELAY
    }
    if (this.requests.countInFlight(peer.id) >= MAX_IN_FLIGHT) delay += OVERLOADED_DELAY
    this.requests.announced(peer.id, item, { preferred: peer.preferred, requestAt: now + delay })
    peer.txRequestsDue = true
  }

  #have(item: InventoryItem): boolean {
    const { mempool } = this.#network
    const key = bytesToHex(item.hash)
    if (this.#rejects.has(key) || this.#confirmed.has(key)) return true
    if (item.type !== MSG_WTX) return mempool.byTxid(item.hash) !== undefined
    return mempool.byWtxid(item.hash) !== undefined || this.orphanage.get(item.hash) !== undefined
  }

  /** Sends the requests that are due. */
  request(peer: Peer): void {
    const { now } = this.#network
    peer.txRequestsDue = false
    const wanted = this.requests.takeRequestable(peer.id, now, now + REQUEST_TIMEOUT)
    const items: InventoryItem[] = []
    for (const item of wanted) {
      if (this.#have(item)) this.requests.forget(item.hash)
      else items.push(item.type === MSG_WTX ? item : { type: MSG_TX | MSG_WITNESS_FLAG, hash: item.hash })
    }
    for (let at = 0; at < items.length; at += MAX_GETDATA) {
      this.#network.send(peer, { command: 'getdata', items: items.slice(at, at + MAX_GETDATA) })
    }
  }

  notFound(peer: Peer, items: readonly InventoryItem[]): void {
    for (const item of items) {
      this.requests.responded(peer.id, item.hash)
      for (const other of this.requests.candidates(item.hash)) {
        const next = this.#network.peers.get(other)
        if (next) next.txRequestsDue = true
      }
    }
  }

  /** A `tx` message. */
  received(peer: Peer, tx: Transaction): void {
    const txid = computeTxid(tx)
    const wtxid = computeWtxid(tx)
    peer.known.add(bytesToHex(peer.wtxidRelay ? wtxid : txid))
    this.requests.responded(peer.id, txid)
    this.requests.responded(peer.id, wtxid)
    if (this.#network.chain.isInitialBlockDownload()) return
    if (this.#have({ type: MSG_WTX, hash: wtxid })) return
    this.#process(peer, tx, false)
  }

  #process(peer: Peer, tx: Transaction, orphan: boolean): void {
    peer.processing = { type: 'tx', tx, orphan }
    this.#network.emit({ type: 'process-tx', peer: peer.id, tx })
  }

  /** Offers the peer's next orphan whose parents came, if any. True if one was offered. */
  processOrphan(peer: Peer): boolean {
    for (;;) {
      const key = peer.orphanWork.shift()
      if (key === undefined) return false
      const tx = this.orphanage.byKey(key)
      if (!tx) continue
      this.#process(peer, tx, true)
      return true
    }
  }

  /** The pool's verdict on a transaction of `peer`. */
  processed(peer: Peer, tx: Transaction, verdict: TxVerdict): void {
    if (verdict.ok) {
      peer.lastTransactionAt = this.#network.now
      this.accepted(tx)
      for (const replaced of verdict.value.replaced) this.#extra.add(replaced)
      return
    }
    const txid = computeTxid(tx)
    const wtxid = computeWtxid(tx)
    const name = `${hashToDisplay(txid)} (wtxid=${hashToDisplay(wtxid)})`
    const words = `from peer=${peer.id} was not accepted: ${formatViolation(verdict.error)}`
    this.#network.log(`${name} ${words}`, 'mempoolrej')
    if (!this.orphanage.get(wtxid) && verdict.error.failure !== 'witness-stripped') this.#extra.add(tx)
    switch (verdict.error.failure) {
      case 'missing-inputs':
        this.#keepOrphan(peer, tx)
        return
      case 'witness-stripped':
        // The same txid with its witness may be fine: remember nothing.
        this.requests.forget(wtxid)
        break
      case 'inputs-not-standard':
        this.#reject(wtxid)
        this.#reject(txid)
        break
      case 'consensus':
      case 'not-standard':
      case 'premature-spend':
      case 'witness-mutated':
      case 'conflict':
      case 'mempool-policy':
      case 'no-mempool':
      case 'reconsiderable':
      case 'unknown':
        // Not the txid: somebody may have spoilt the witness of a good transaction.
        this.#reject(wtxid)
        break
    }
    this.orphanage.erase(tx)
  }

  #reject(hash: Uint8Array): void {
    this.#rejects.add(bytesToHex(hash))
    this.requests.forget(hash)
  }

  #keepOrphan(peer: Peer, tx: Transaction): void {
    const txid = computeTxid(tx)
    const wtxid = computeWtxid(tx)
    if (parentTxids(tx).some((parent) => this.#rejects.has(bytesToHex(parent)))) {
      // Whatever its witness: with such a parent it cannot be taken.
      this.#reject(txid)
      this.#reject(wtxid)
      this.orphanage.erase(tx)
      return
    }
    const others = [...this.requests.candidates(txid), ...(hasWitness(tx) ? this.requests.candidates(wtxid) : [])]
    const providers = new Set([peer.id, ...others])
    for (const id of providers) {
      const provider = this.#network.peers.get(id)
      if (provider) this.#requestParents(provider, tx)
    }
    this.requests.forget(txid)
    this.requests.forget(wtxid)
  }

  /** Asks the peer for the missing parents of an orphan that it has. */
  #requestParents(peer: Peer, tx: Transaction): void {
    this.orphanage.add(tx, peer.id, this.#network.now)
    for (const parent of parentTxids(tx)) {
      const item = { type: MSG_TX, hash: parent }
      if (!this.#have(item)) this.#want(peer, item)
    }
  }

  /** A transaction entered the pool, from a peer or from our side. */
  accepted(tx: Transaction): void {
    this.requests.forget(computeTxid(tx))
    this.requests.forget(computeWtxid(tx))
    this.orphanage.erase(tx)
    this.#announcement.enqueue(tx)
    for (const { key, provider } of this.orphanage.childrenOf(tx)) {
      const peer = provider === undefined ? undefined : this.#network.peers.get(provider)
      if (peer && !peer.orphanWork.includes(key)) peer.orphanWork.push(key)
    }
  }

  blockConnected(block: Block): void {
    for (const tx of block.transactions) {
      const txid = computeTxid(tx)
      const wtxid = computeWtxid(tx)
      this.#confirmed.add(bytesToHex(txid))
      this.#confirmed.add(bytesToHex(wtxid))
      this.requests.forget(txid)
      this.requests.forget(wtxid)
    }
    this.orphanage.removeForBlock(block.transactions)
  }

  /** Another tip: what was refused may be fine now, and what was confirmed may not be any more. */
  tipChanged(reorganised: boolean): void {
    this.#rejects.clear()
    if (reorganised) this.#confirmed.clear()
  }

  disconnected(peer: Peer): void {
    this.requests.disconnected(peer.id)
    this.orphanage.disconnected(peer.id)
    for (const other of this.#network.peers.values()) other.txRequestsDue = true
  }
}
