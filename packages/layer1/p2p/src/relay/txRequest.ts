import { bytesToHex } from '@ply/bytes'
import { createSipHashKey, sipHash48, type SipHashKey } from '@ply/crypto'
import type { PeerId } from '../event.ts'
import type { InventoryItem } from '../message/inventory.ts'
import { DueTimes } from './dueTimes.ts'

/** Announcements remembered per peer, but for one that may send us whatever it has. */
export const MAX_ANNOUNCEMENTS_PER_PEER = 5000

/** Above every rank that a peer without preference can have. */
const PREFERENCE = 2 ** 48

/**
 * `delayed`: not to be asked for yet. `ready`: may be asked for, but somebody else comes first. `best`: to be asked for.
 * `requested`: asked for. `completed`: this peer answered, or its time was up; kept while others may still answer.
 */
type State = 'delayed' | 'ready' | 'best' | 'requested' | 'completed'

/** That a peer has a transaction. */
interface Announcement {
  readonly peer: PeerId
  readonly key: string
  readonly item: InventoryItem
  /** Whose is highest is asked first. */
  readonly rank: number
  readonly sequence: number
  state: State
  /** When it becomes ready, or when its request has taken too long. */
  dueAt: number
}

/** All who announced one transaction. */
interface Announced {
  readonly by: Map<PeerId, Announcement>
  /** The one that is to be asked or is being asked. */
  selected: Announcement | undefined
  /** How many have not answered. */
  open: number
}

interface PeerAnnouncements {
  readonly all: Map<string, Announcement>
  readonly best: Set<Announcement>
  inFlight: number
}

/**
 * Who announced which transaction, and of whom it was asked. A transaction is asked of one peer at a time; the
 * next one is tried when that one answers without it, is too slow, or leaves. Preferred peers come first; among
 * equals a keyed hash decides, so that nobody can make sure to be asked. What a message changes is found without a
 * look at all the rest: who announces much costs us no more for each than who announces little.
 */
export class TxRequestTracker {
  readonly #peers = new Map<PeerId, PeerAnnouncements>()
  /** By hash in hex. */
  readonly #transactions = new Map<string, Announced>()
  readonly #times = new DueTimes<Announcement>()
  readonly #key: SipHashKey
  #sequence = 0
  #size = 0

  /** `key`: 16 bytes that nobody outside knows. */
  constructor(key: Uint8Array) {
    this.#key = createSipHashKey(key)
  }

  get size(): number {
    return this.#size
  }

  count(peer: PeerId): number {
    return this.#peers.get(peer)?.all.size ?? 0
  }

  countInFlight(peer: PeerId): number {
    return this.#peers.get(peer)?.inFlight ?? 0
  }

  /** Notes an announcement, unless the peer made it before. The caller bounds how many a peer makes. */
  announced(
    peer: PeerId,
    item: InventoryItem,
    terms: { readonly preferred: boolean; readonly requestAt: number; readonly now: number },
  ): void {
    const key = bytesToHex(item.hash)
    const announcements = this.#peers.get(peer) ?? { all: new Map(), best: new Set(), inFlight: 0 }
    if (announcements.all.has(key)) return
    const announcement: Announcement = {
      ...{ peer, key, item },
      rank: this.#rank(item.hash, peer) + (terms.preferred ? PREFERENCE : 0),
      sequence: this.#sequence++,
      state: 'delayed',
      dueAt: terms.requestAt,
    }
    announcements.all.set(key, announcement)
    this.#peers.set(peer, announcements)
    const announced = this.#transactions.get(key) ?? { by: new Map(), selected: undefined, open: 0 }
    announced.by.set(peer, announcement)
    announced.open++
    this.#transactions.set(key, announced)
    this.#size++
    if (terms.requestAt <= terms.now) this.#makeReady(announcement)
    else this.#times.add(announcement)
  }

  #rank(hash: Uint8Array, peer: PeerId): number {
    const data = new Uint8Array(hash.length + 8)
    data.set(hash)
    new DataView(data.buffer).setFloat64(hash.length, peer)
    return sipHash48(this.#key, data)
  }

  /** The peer left. */
  disconnected(peer: PeerId): void {
    for (const announcement of [...(this.#peers.get(peer)?.all.values() ?? [])]) {
      this.#complete(announcement)
      this.#remove(announcement)
    }
  }

  /** The transaction is needed from nobody any more. */
  forget(hash: Uint8Array): void {
    const announced = this.#transactions.get(bytesToHex(hash))
    for (const announcement of [...(announced?.by.values() ?? [])]) this.#remove(announcement)
  }

  /** The peer answered, with the transaction or with `notfound`: it is not asked again. */
  responded(peer: PeerId, hash: Uint8Array): void {
    const announcement = this.#peers.get(peer)?.all.get(bytesToHex(hash))
    if (announcement) this.#complete(announcement)
  }

  /** Peers that announced it and have not answered yet. */
  candidates(hash: Uint8Array): PeerId[] {
    const announced = this.#transactions.get(bytesToHex(hash))
    return [...(announced?.by.values() ?? [])].filter(({ state }) => state !== 'completed').map(({ peer }) => peer)
  }

  /** What to ask of the peer now, in the order of its announcements; marks it as asked until `expiry`. */
  takeRequestable(peer: PeerId, now: number, expiry: number): InventoryItem[] {
    this.#advance(now)
    const best = [...(this.#peers.get(peer)?.best ?? [])].sort((a, b) => a.sequence - b.sequence)
    for (const announcement of best) {
      this.#leave(announcement)
      announcement.state = 'requested'
      announcement.dueAt = expiry
      this.#enter(announcement)
    }
    return best.map(({ item }) => item)
  }

  /** Announcements whose delay is over may be asked for; requests that took too long are over. */
  #advance(now: number): void {
    for (const announcement of this.#times.take(now)) {
      if (announcement.state === 'requested') this.#complete(announcement)
      else this.#makeReady(announcement)
    }
  }

  #makeReady(announcement: Announcement): void {
    this.#leave(announcement)
    announcement.state = 'ready'
    const announced = this.#transactions.get(announcement.key)!
    const { selected } = announced
    if (selected && (selected.state === 'requested' || selected.rank > announcement.rank)) return
    if (selected) {
      this.#leave(selected)
      selected.state = 'ready'
    }
    this.#select(announced, announcement)
  }

  #select(announced: Announced, announcement: Announcement): void {
    announced.selected = announcement
    announcement.state = 'best'
    this.#enter(announcement)
  }

  /** If all who announced it have answered, it is gone: a new announcement may start over. */
  #complete(announcement: Announcement): void {
    if (announcement.state === 'completed') return
    const announced = this.#transactions.get(announcement.key)!
    this.#leave(announcement)
    announcement.state = 'completed'
    announced.open--
    if (announced.open === 0) {
      for (const one of [...announced.by.values()]) this.#remove(one)
      return
    }
    if (announced.selected !== announcement) return
    announced.selected = undefined
    let next: Announcement | undefined
    for (const one of announced.by.values()) {
      if (one.state === 'ready' && (!next || one.rank > next.rank)) next = one
    }
    if (next) this.#select(announced, next)
  }

  /** Forgets it, whatever its state; nobody is asked instead. */
  #remove(announcement: Announcement): void {
    const { peer, key } = announcement
    const announcements = this.#peers.get(peer)
    if (!announcements?.all.delete(key)) return
    this.#leave(announcement)
    if (announcements.all.size === 0) this.#peers.delete(peer)
    const announced = this.#transactions.get(key)
    announced?.by.delete(peer)
    if (announced?.by.size === 0) this.#transactions.delete(key)
    this.#size--
  }

  /** Takes it out of what is kept for its state. */
  #leave(announcement: Announcement): void {
    const { state, peer } = announcement
    if (state === 'delayed' || state === 'requested') this.#times.delete(announcement)
    const announcements = this.#peers.get(peer)
    if (state === 'requested' && announcements) announcements.inFlight--
    if (state === 'best') announcements?.best.delete(announcement)
  }

  /** Puts it where its state is looked for. */
  #enter(announcement: Announcement): void {
    const { state, peer } = announcement
    const announcements = this.#peers.get(peer)!
    if (state === 'best') announcements.best.add(announcement)
    if (state !== 'requested') return
    announcements.inFlight++
    this.#times.add(announcement)
  }
}
