import { bytesToHex } from '@ply/bytes'
import {
  type Block,
  computeTxid,
  computeWtxid,
  hashToDisplay,
  outPointKey,
  type Transaction,
  transactionWeight,
  type Txid,
} from '@ply/primitives'
import type { PeerId } from '../event.ts'
import { MAX_LATENCY_SCORE, OrphanUse, scoreOf } from './orphanUse.ts'

/** Weight of a standard transaction; larger ones are not kept. */
const MAX_SINGLE_WEIGHT = 400_000
/** What an item of a witness counts at least: an object takes memory though it holds a single byte. */
const WITNESS_ITEM_WEIGHT = 32

interface Orphan {
  readonly tx: Transaction
  /** Wtxid in hex. */
  readonly key: string
  readonly weight: number
  /** What its inputs cost when blocks and peers are looked up: one for every ten. */
  readonly inputScore: number
  /** Peers that have it, with the order in which they told of it. */
  readonly announcers: Map<PeerId, number>
  /** It is to be tried again because a parent came, in the name of this peer. */
  ready: PeerId | undefined
}

export interface OrphanageFields {
  log(text: string): void
  /** Uniform in [0, 1). */
  random(): number
}

/** Txids of the transactions that `tx` spends, each once. */
export function parentTxids(tx: Transaction): Txid[] {
  const parents = new Map(tx.inputs.map((input) => [bytesToHex(input.prevout.txid), input.prevout.txid]))
  return [...parents.values()]
}

function orphanWeight(tx: Transaction): number {
  const items = tx.inputs.reduce((sum, { witness }) => sum + witness.length, 0)
  return Math.max(transactionWeight(tx), WITNESS_ITEM_WEIGHT * items)
}

/** How a transaction is called in the log. */
export const describeTx = (tx: Transaction): string =>
  `${hashToDisplay(computeTxid(tx))} (wtxid=${hashToDisplay(computeWtxid(tx))})`

/**
 * Transactions whose parents are not known yet: a bounded waiting room. Each peer has a share of room and of work that
 * nobody can take from it; beyond all shares together, whoever is furthest over its own loses its oldest.
 */
export class Orphanage {
  /** By wtxid in hex. */
  readonly #orphans = new Map<string, Orphan>()
  /** Orphans that spend an output. */
  readonly #spenders = new Map<string, Set<Orphan>>()
  /** Orphans of each peer, the oldest announcement first. */
  readonly #byPeer = new Map<PeerId, Set<Orphan>>()
  /** Those of them that are to be tried again in its name. */
  readonly #ready = new Map<PeerId, Set<Orphan>>()
  readonly #use = new OrphanUse()
  readonly #fields: OrphanageFields
  #sequence = 0

  constructor(fields: OrphanageFields) {
    this.#fields = fields
  }

  get size(): number {
    return this.#orphans.size
  }
  /** Weight of all, each counted once. */
  get weight(): number {
    return this.#use.weight
  }

  get(wtxid: Uint8Array): Transaction | undefined {
    return this.#orphans.get(bytesToHex(wtxid))?.tx
  }

  has(wtxid: Uint8Array, peer?: PeerId): boolean {
    const orphan = this.#orphans.get(bytesToHex(wtxid))
    return orphan !== undefined && (peer === undefined || orphan.announcers.has(peer))
  }

  /** All orphans with the peers that have them. */
  *entries(): Iterable<{ readonly tx: Transaction; readonly from: readonly PeerId[] }> {
    for (const { tx, announcers } of this.#orphans.values()) yield { tx, from: [...announcers.keys()] }
  }

  /** Takes in an orphan, or one more peer that has it. */
  add(tx: Transaction, peer: PeerId): void {
    const key = bytesToHex(computeWtxid(tx))
    let orphan = this.#orphans.get(key)
    if (orphan) {
      if (orphan.announcers.has(peer)) return
      this.#fields.log(`added peer=${peer} as announcer of orphan tx ${describeTx(tx)}`)
    } else {
      const weight = orphanWeight(tx)
      if (weight > MAX_SINGLE_WEIGHT) {
        this.#fields.log(`ignoring large orphan tx (size: ${weight}, txid: ${hashToDisplay(computeTxid(tx))})`)
        return
      }
      const inputScore = Math.floor(tx.inputs.length / 10)
      orphan = { tx, key, weight, inputScore, announcers: new Map(), ready: undefined }
      this.#orphans.set(key, orphan)
      this.#use.addOrphan(orphan)
      for (const { prevout } of tx.inputs) addTo(this.#spenders, outPointKey(prevout), orphan)
      this.#fields.log(`stored orphan tx ${describeTx(tx)}, weight: ${weight}`)
    }
    orphan.announcers.set(peer, this.#sequence++)
    addTo(this.#byPeer, peer, orphan)
    this.#use.addAnnouncer(peer, orphan)
    this.#limit()
  }

  /** Evicts from the peers that are over their share until all is within bounds. */
  #limit(): void {
    if (!this.#use.isOver) return
    const before = this.size
    const most = Math.floor(MAX_LATENCY_SCORE / Math.max(1, this.#use.peers.size))
    let evicted = 0
    while (this.#use.isOver) {
      let worst: { peer: PeerId; score: number } | undefined
      for (const [peer, use] of this.#use.peers) {
        const score = scoreOf(use, most)
        if (!worst || score > worst.score || (score === worst.score && peer > worst.peer)) worst = { peer, score }
      }
      const orphan = worst && this.#leastWorth(worst.peer)
      if (!worst || !orphan) break
      this.#eraseAnnouncer(orphan, worst.peer)
      evicted++
    }
    this.#fields.log(`orphanage overflow, removed ${before - this.size} tx (${evicted} announcements)`)
  }

  /** The peer's oldest orphan that waits for a parent; if there is none, its oldest. */
  #leastWorth(peer: PeerId): Orphan | undefined {
    let oldest: Orphan | undefined
    for (const orphan of this.#byPeer.get(peer) ?? []) {
      if (orphan.ready !== peer) return orphan
      oldest ??= orphan
    }
    return oldest
  }

  #eraseAnnouncer(orphan: Orphan, peer: PeerId): void {
    if (!orphan.announcers.delete(peer)) return
    deleteFrom(this.#byPeer, peer, orphan)
    this.#use.removeAnnouncer(peer, orphan)
    if (orphan.ready === peer) this.#settle(orphan)
    if (orphan.announcers.size > 0) return
    this.#orphans.delete(orphan.key)
    this.#use.removeOrphan(orphan)
    for (const { prevout } of orphan.tx.inputs) deleteFrom(this.#spenders, outPointKey(prevout), orphan)
  }

  /** It is not to be tried again any more. */
  #settle(orphan: Orphan): void {
    if (orphan.ready !== undefined) deleteFrom(this.#ready, orphan.ready, orphan)
    orphan.ready = undefined
  }

  #eraseAll(orphan: Orphan): void {
    const count = orphan.announcers.size
    for (const peer of [...orphan.announcers.keys()]) this.#eraseAnnouncer(orphan, peer)
    this.#fields.log(`removed orphan tx ${describeTx(orphan.tx)} (${count} announcements)`)
  }

  /** True if there was one. Fewer peers may share the room then: others may have to go, too. */
  erase(tx: Transaction): boolean {
    const orphan = this.#orphans.get(bytesToHex(computeWtxid(tx)))
    if (orphan) this.#eraseAll(orphan)
    this.#limit()
    return orphan !== undefined
  }

  /** A parent came: orphans that spend it are to be tried again, each in the name of one of the peers that have it. */
  parentArrived(tx: Transaction): void {
    const txid = computeTxid(tx)
    for (let index = 0; index < tx.outputs.length; index++) {
      for (const orphan of this.#spenders.get(outPointKey({ txid, index })) ?? []) {
        if (orphan.ready !== undefined) continue
        const announcers = [...orphan.announcers.keys()]
        // At random: nobody shall be able to hold up an orphan by leaving.
        const chosen = announcers[Math.floor(this.#fields.random() * announcers.length)]!
        orphan.ready = chosen
        addTo(this.#ready, chosen, orphan)
        this.#fields.log(`added ${describeTx(orphan.tx)} to peer ${chosen} workset`)
      }
    }
  }

  /** The peer's next orphan to try again; it is not given out twice. */
  takeReconsiderable(peer: PeerId): Transaction | undefined {
    let next: Orphan | undefined
    for (const orphan of this.#ready.get(peer) ?? []) {
      if (!next || orphan.announcers.get(peer)! < next.announcers.get(peer)!) next = orphan
    }
    if (next) this.#settle(next)
    return next?.tx
  }

  /** Peers in whose name orphans are to be tried again. */
  withReconsiderable(): PeerId[] {
    return [...this.#ready.keys()]
  }

  /** Orphans of the peer that spend `parent`: those to be tried again first, then the newest. */
  childrenFrom(peer: PeerId, parent: Transaction): Transaction[] {
    const txid = computeTxid(parent)
    const rank = ({ announcers, ready }: Orphan): number =>
      announcers.get(peer)! + (ready === peer ? this.#sequence : 0)
    const children = new Set(
      parent.outputs.flatMap((_, index) => [...(this.#spenders.get(outPointKey({ txid, index })) ?? [])]),
    )
    return [...children]
      .filter(({ announcers }) => announcers.has(peer))
      .sort((a, b) => rank(b) - rank(a))
      .map(({ tx }) => tx)
  }

  disconnected(peer: PeerId): void {
    const orphans = [...(this.#byPeer.get(peer) ?? [])]
    if (orphans.length === 0) return
    for (const orphan of orphans) this.#eraseAnnouncer(orphan, peer)
    this.#fields.log(`Erased ${orphans.length} orphan transaction(s) from peer=${peer}`)
    this.#limit()
  }

  /** Drops what a block contains or conflicts with. */
  removeForBlock({ transactions }: Block): void {
    if (this.size === 0) return
    const touched = new Set<Orphan>()
    for (const { inputs } of transactions) {
      for (const { prevout } of inputs)
        for (const orphan of this.#spenders.get(outPointKey(prevout)) ?? []) touched.add(orphan)
    }
    for (const orphan of touched) this.#eraseAll(orphan)
    if (touched.size > 0) {
      this.#fields.log(`Erased ${touched.size} orphan transaction(s) included or conflicted by block`)
    }
    this.#limit()
  }
}

function addTo<K>(sets: Map<K, Set<Orphan>>, key: K, orphan: Orphan): void {
  const set = sets.get(key) ?? new Set()
  sets.set(key, set)
  set.add(orphan)
}

/** No empty set is left behind. */
function deleteFrom<K>(sets: Map<K, Set<Orphan>>, key: K, orphan: Orphan): void {
  const set = sets.get(key)
  set?.delete(orphan)
  if (set?.size === 0) sets.delete(key)
}
