import { bytesToHex } from '@ply/bytes'
import { computeTxid, computeWtxid, type Transaction } from '@ply/primitives'
import type { InventoryItem } from '../message/inventory.ts'
import type { Network } from '../peer/network.ts'
import type { Peer } from '../peer/peer.ts'
import { MAX_INVENTORY, MSG_TX, MSG_WTX } from '../protocol.ts'
import type { MempoolEntryView } from '../views.ts'
import { type AnnouncementOrder, orderAnnouncements } from './announcementOrder.ts'

/** Announcements in one trickle: 14 a second for the inbound interval, and more when many wait, up to the most. */
const TARGET = 70
const MOST = 1000
/** Beyond this the oldest waiting announcements to a peer are dropped. */
const MAX_WAITING = 20_000

/**
 * Announces pool transactions, not at once but at random moments, so that nobody learns from the timing where a
 * transaction came from. Inbound peers share one schedule: more connections do not give more chances to measure.
 */
export class TxAnnouncement {
  readonly #network: Network
  #nextInbound = 0
  /** Made once for all who are due in one event. */
  #common: { readonly eventNumber: number; readonly order: AnnouncementOrder } | undefined

  constructor(network: Network) {
    this.#network = network
  }

  enqueue(tx: Transaction): void {
    const wtxid = bytesToHex(computeWtxid(tx))
    const txid = bytesToHex(computeTxid(tx))
    for (const peer of this.#network.peers.values()) {
      if (!peer.announcesTransactions || peer.known.has(peer.wtxidRelay ? wtxid : txid)) continue
      peer.toAnnounce.add(wtxid)
      if (peer.toAnnounce.size > MAX_WAITING) {
        const oldest = peer.toAnnounce.values().next()
        if (!oldest.done) peer.toAnnounce.delete(oldest.value)
      }
    }
  }

  /** Sends what is due to the peer. */
  trickle(peer: Peer): void {
    if (!peer.ready || !peer.mayRelayTransactions || !this.#isDue(peer)) return
    if (!peer.relaysTransactions) peer.toAnnounce.clear()
    const items = peer.wantsMempool ? this.#wholePool(peer) : []
    peer.wantsMempool = false
    items.push(...this.#select(peer))
    for (let at = 0; at < items.length; at += MAX_INVENTORY) {
      this.#network.send(peer, { command: 'inv', items: items.slice(at, at + MAX_INVENTORY) })
    }
    peer.lastTrickleSequence = this.#network.mempool.sequence()
  }

  #isDue(peer: Peer): boolean {
    const { now, options } = this.#network
    if (peer.nextTrickleAt > now) return peer.noBan
    peer.nextTrickleAt = peer.inbound
      ? this.#nextInboundAt(options.inboundTrickle)
      : now + this.#network.randomDelay(options.outboundTrickle)
    return true
  }

  #nextInboundAt(delay: number): number {
    const { now } = this.#network
    if (this.#nextInbound <= now) this.#nextInbound = now + this.#network.randomDelay(delay)
    return this.#nextInbound
  }

  /** BIP 35: everything that the peer would take. */
  #wholePool(peer: Peer): InventoryItem[] {
    const items: InventoryItem[] = []
    for (const tx of this.#network.mempool.transactions()) {
      const wtxid = computeWtxid(tx)
      peer.toAnnounce.delete(bytesToHex(wtxid))
      const entry = this.#network.mempool.byWtxid(wtxid)
      if (!entry || !isWanted(peer, entry)) continue
      const item = announcementOf(peer, tx)
      peer.known.add(bytesToHex(item.hash))
      items.push(item)
    }
    return items
  }

  #select(peer: Peer): InventoryItem[] {
    const { toAnnounce } = peer
    if (toAnnounce.size === 0) return []
    const { entries, gone } = this.#order(peer)
    for (const key of gone) toAnnounce.delete(key)
    const most = Math.min(MOST, TARGET + Math.floor(toAnnounce.size / 1000) * 5)
    const items: InventoryItem[] = []
    for (const { key, entry } of entries) {
      if (items.length >= most || toAnnounce.size === 0) break
      if (!toAnnounce.delete(key)) continue
      const item = announcementOf(peer, entry.tx)
      const known = bytesToHex(item.hash)
      if (peer.known.has(known) || !isWanted(peer, entry)) continue
      peer.known.add(known)
      items.push(item)
    }
    return items
  }

  /** What waits for the peer, and perhaps for others. Peers of the common schedule have theirs put in order together. */
  #order(peer: Peer): AnnouncementOrder {
    const { peers, mempool, eventNumber } = this.#network
    if (!isOnCommonSchedule(peer)) return orderAnnouncements(mempool, peer.toAnnounce)
    if (this.#common?.eventNumber === eventNumber) return this.#common.order
    const keys = new Set<string>()
    for (const other of peers.values()) {
      if (isOnCommonSchedule(other)) for (const key of other.toAnnounce) keys.add(key)
    }
    const order = orderAnnouncements(mempool, keys)
    this.#common = { eventNumber, order }
    return order
  }
}

/** Who has the permission `noban` is told at once. */
const isOnCommonSchedule = (peer: Peer): boolean => peer.inbound && !peer.noBan

/** By the peer's filters, of feerates (BIP 133) and of what it looks for (BIP 37). */
const isWanted = ({ feeFilter, bloomFilter }: Peer, { feeRate, tx }: MempoolEntryView): boolean =>
  feeRate >= feeFilter && (bloomFilter?.matchAndUpdate(tx) ?? true)

/** By the kind of id that was agreed on. */
const announcementOf = (peer: Peer, tx: Transaction): InventoryItem =>
  peer.wtxidRelay ? { type: MSG_WTX, hash: computeWtxid(tx) } : { type: MSG_TX, hash: computeTxid(tx) }
