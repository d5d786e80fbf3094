import { bytesToHex } from '@ply/bytes'
import type { PeerId } from '../event.ts'
import type { InventoryItem } from '../message/inventory.ts'

type State = 'candidate' | 'requested' | 'completed'

interface Announcement {
  readonly item: InventoryItem
  readonly preferred: boolean
  /** Not asked for before this time. */
  readonly requestAt: number
  state: State
  expiry: number
}

/** Announcements remembered per peer, but for one that may send us whatever it has. */
export const MAX_ANNOUNCEMENTS_PER_PEER = 5000

/**
 * Who announced which transaction, and of whom it was asked. A transaction is asked of one peer at a time; the
 * next one is tried when that one answers without it, is too slow, or leaves. Preferred peers come first; among
 * equals a salted hash decides, so that nobody can make sure to be asked.
 */
export class TxRequestTracker {
  readonly #peers = new Map<PeerId, Map<string, Announcement>>()
  /** Open requests to each peer. */
  readonly #inFlight = new Map<PeerId, number>()
  readonly #announcers = new Map<string, Set<PeerId>>()
  readonly #salt: number

  constructor(salt: number) {
    this.#salt = salt >>> 0
  }

  get size(): number {
    let size = 0
    for (const announcements of this.#peers.values()) size += announcements.size
    return size
  }

  count(peer: PeerId): number {
    return this.#peers.get(peer)?.size ?? 0
  }

  countInFlight(peer: PeerId): number {
    return this.#inFlight.get(peer) ?? 0
  }

  #setState(peer: PeerId, announcement: Announcement, state: State): void {
    const change = Number(state === 'requested') - Number(announcement.state === 'requested')
    announcement.state = state
    if (change !== 0) this.#inFlight.set(peer, this.countInFlight(peer) + change)
  }

  /** Notes an announcement, unless the peer made it before. The caller bounds how many a peer makes. */
  announced(peer: PeerId, item: InventoryItem, terms: { preferred: boolean; requestAt: number }): void {
    const key = bytesToHex(item.hash)
    const announcements = this.#peers.get(peer) ?? new Map<string, Announcement>()
    if (announcements.has(key)) return
    announcements.set(key, { item, ...terms, state: 'candidate', expiry: 0 })
    this.#peers.set(peer, announcements)
    const announcers = this.#announcers.get(key) ?? new Set()
    announcers.add(peer)
    this.#announcers.set(key, announcers)
  }

  /** The peer left. Returns the peers that may now be asked instead. */
  disconnected(peer: PeerId): void {
    const announcements = this.#peers.get(peer)
    this.#peers.delete(peer)
    this.#inFlight.delete(peer)
    for (const key of announcements?.keys() ?? []) {
      const announcers = this.#announcers.get(key)
      announcers?.delete(peer)
      if (announcers?.size === 0) this.#announcers.delete(key)
      else this.#dropIfCompleted(key)
    }
  }

  /** The transaction is needed from nobody any more. */
  forget(hash: Uint8Array): void {
    const key = bytesToHex(hash)
    for (const peer of this.#announcers.get(key) ?? []) {
      const announcements = this.#peers.get(peer)
      const announcement = announcements?.get(key)
      if (announcement) this.#setState(peer, announcement, 'completed')
      announcements?.delete(key)
    }
    this.#announcers.delete(key)
  }

  /** The peer answered, with the transaction or with `notfound`: it is not asked again. */
  responded(peer: PeerId, hash: Uint8Array): void {
    const key = bytesToHex(hash)
    const announcement = this.#peers.get(peer)?.get(key)
    if (!announcement) return
    this.#setState(peer, announcement, 'completed')
    this.#dropIfCompleted(key)
  }

  /** Peers that announced it and have not answered yet. */
  candidates(hash: Uint8Array): PeerId[] {
    const key = bytesToHex(hash)
    return [...(this.#announcers.get(key) ?? [])].filter(
      (peer) => this.#peers.get(peer)?.get(key)?.state !== 'completed',
    )
  }

  /**
   * What to ask of the peer now, in the order of its announcements; marks it as asked until `expiry`.
   * Requests of other peers for the same transactions that ran out of time make room first.
   */
  takeRequestable(peer: PeerId, now: number, expiry: number): InventoryItem[] {
    const items: InventoryItem[] = []
    for (const [key, announcement] of this.#peers.get(peer) ?? []) {
      if (announcement.state === 'requested' && announcement.expiry <= now) {
        this.#setState(peer, announcement, 'completed')
        this.#dropIfCompleted(key)
      }
      if (announcement.state !== 'candidate' || announcement.requestAt > now) continue
      if (this.#best(key, now) !== peer) continue
      this.#setState(peer, announcement, 'requested')
      announcement.expiry = expiry
      items.push(announcement.item)
    }
    return items
  }

  /** The peer to ask, or undefined while somebody is being asked or nobody may be yet. */
  #best(key: string, now: number): PeerId | undefined {
    let best: PeerId | undefined
    let bestRank = -1
    for (const peer of this.#announcers.get(key) ?? []) {
      const announcement = this.#peers.get(peer)?.get(key)
      if (!announcement) continue
      if (announcement.state === 'requested' && announcement.expiry > now) return undefined
      if (announcement.state !== 'candidate' || announcement.requestAt > now) continue
      const rank = this.#rank(key, peer) + (announcement.preferred ? 0x1_0000_0000 : 0)
      if (rank > bestRank) {
        best = peer
        bestRank = rank
      }
    }
    return best
  }

  #rank(key: string, peer: PeerId): number {
    // FNV-1a over salt, peer and hash.
    let hash = (0x811c9dc5 ^ this.#salt) >>> 0
    hash = Math.imul(hash ^ peer, 0x01000193) >>> 0
    for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193) >>> 0
    return hash
  }

  /** If all who announced it have answered, it is gone: a new announcement may start over. */
  #dropIfCompleted(key: string): void {
    for (const peer of this.#announcers.get(key) ?? []) {
      if (this.#peers.get(peer)?.get(key)?.state !== 'completed') return
    }
    for (const peer of this.#announcers.get(key) ?? []) this.#peers.get(peer)?.delete(key)
    this.#announcers.delete(key)
  }
}
