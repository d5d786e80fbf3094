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

interface Orphan {
  readonly tx: Transaction
  readonly weight: number
  /** What its inputs cost when blocks and peers are looked up: one for every ten. */
  readonly inputScore: number
  /** Peers that have it, with the order in which they told of it. */
  readonly announcers: Map<PeerId, number>
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
  /** Orphans (by wtxid) that spend an output. */
  readonly #spenders = new Map<string, Set<string>>()
  /** Orphans (by wtxid) that are to be tried again because a parent came, and in whose name. */
  readonly #ready = new Map<string, PeerId>()
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
      const weight = transactionWeight(tx)
      if (weight > MAX_SINGLE_WEIGHT) {
        this.#fields.log(`ignoring large orphan tx (size: ${weight}, txid: ${hashToDisplay(computeTxid(tx))})`)
        return
      }
      orphan = { tx, weight, inputScore: Math.floor(tx.inputs.length / 10), announcers: new Map() }
      this.#orphans.set(key, orphan)
      this.#use.addOrphan(orphan)
      for (const { prevout } of tx.inputs) this.#spendersOf(outPointKey(prevout)).add(key)
      this.#fields.log(`stored orphan tx ${describeTx(tx)}, weight: ${weight}`)
    }
    orphan.announcers.set(peer, this.#sequence++)
    this.#use.addAnnouncer(peer, orphan)
    this.#limit()
  }

  #spendersOf(outpoint: string): Set<string> {
    const spenders = this.#spenders.get(outpoint) ?? new Set()
    this.#spenders.set(outpoint, spenders)
    return spenders
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
      const key = worst && this.#ordered(worst.peer)[0]
      if (!worst || key === undefined) break
      this.#eraseAnnouncer(key, worst.peer)
      evicted++
    }
    this.#fields.log(`orphanage overflow, removed ${before - this.size} tx (${evicted} announcements)`)
  }

  /** The peer's orphans (wtxids): those that wait for a parent first, the oldest first. */
  #ordered(peer: PeerId): string[] {
    const own: { readonly key: string; readonly rank: number }[] = []
    for (const [key, { announcers }] of this.#orphans) {
      const sequence = announcers.get(peer)
      if (sequence === undefined) continue
      own.push({ key, rank: sequence + (this.#ready.get(key) === peer ? this.#sequence : 0) })
    }
    return own.sort((a, b) => a.rank - b.rank).map(({ key }) => key)
  }

  #eraseAnnouncer(key: string, peer: PeerId): void {
    const orphan = this.#orphans.get(key)
    if (!orphan?.announcers.delete(peer)) return
    this.#use.removeAnnouncer(peer, orphan)
    if (this.#ready.get(key) === peer) this.#ready.delete(key)
    if (orphan.announcers.size > 0) return
    this.#orphans.delete(key)
    this.#use.removeOrphan(orphan)
    for (const { prevout } of orphan.tx.inputs) {
      const outpoint = outPointKey(prevout)
      const spenders = this.#spenders.get(outpoint)
      spenders?.delete(key)
      if (spenders?.size === 0) this.#spenders.delete(outpoint)
    }
  }

  #eraseAll(key: string): boolean {
    const orphan = this.#orphans.get(key)
    if (!orphan) return false
    const count = orphan.announcers.size
    for (const peer of [...orphan.announcers.keys()]) this.#eraseAnnouncer(key, peer)
    this.#fields.log(`removed orphan tx ${describeTx(orphan.tx)} (${count} announcements)`)
    return true
  }

  /** True if there was one. Fewer peers may share the room then: others may have to go, too. */
  erase(tx: Transaction): boolean {
    const erased = this.#eraseAll(bytesToHex(computeWtxid(tx)))
    this.#limit()
    return erased
  }

  /** A parent came: orphans that spend it are to be tried again, each in the name of one of the peers that have it. */
  parentArrived(tx: Transaction): void {
    const txid = computeTxid(tx)
    for (let index = 0; index < tx.outputs.length; index++) {
      for (const key of this.#spenders.get(outPointKey({ txid, index })) ?? []) {
        const orphan = this.#orphans.get(key)
        if (!orphan || this.#ready.has(key)) continue
        const announcers = [...orphan.announcers.keys()]
        // At random: nobody shall be able to hold up an orphan by leaving.
        const chosen = announcers[Math.floor(this.#fields.random() * announcers.length)]!
        this.#ready.set(key, chosen)
        this.#fields.log(`added ${describeTx(orphan.tx)} to peer ${chosen} workset`)
      }
    }
  }

  /** The peer's next orphan to try again; it is not given out twice. */
  takeReconsiderable(peer: PeerId): Transaction | undefined {
    let next: { readonly key: string; readonly sequence: number } | undefined
    for (const [key, owner] of this.#ready) {
      const sequence = this.#orphans.get(key)?.announcers.get(peer)
      if (owner === peer && sequence !== undefined && (!next || sequence < next.sequence)) next = { key, sequence }
    }
    if (!next) return undefined
    this.#ready.delete(next.key)
    return this.#orphans.get(next.key)?.tx
  }

  /** Peers in whose name orphans are to be tried again. */
  withReconsiderable(): ReadonlySet<PeerId> {
    return new Set(this.#ready.values())
  }

  /** Orphans of the peer that spend `parent`, the newest first. */
  childrenFrom(peer: PeerId, parent: Transaction): Transaction[] {
    const txid = bytesToHex(computeTxid(parent))
    return this.#ordered(peer)
      .reverse()
      .map((key) => this.#orphans.get(key)!.tx)
      .filter((tx) => tx.inputs.some(({ prevout }) => bytesToHex(prevout.txid) === txid))
  }

  disconnected(peer: PeerId): void {
    const keys = this.#ordered(peer)
    if (keys.length === 0) return
    for (const key of keys) this.#eraseAnnouncer(key, peer)
    this.#fields.log(`Erased ${keys.length} orphan transaction(s) from peer=${peer}`)
    this.#limit()
  }

  /** Drops what a block contains or conflicts with. */
  removeForBlock({ transactions }: Block): void {
    if (this.size === 0) return
    const touched = new Set<string>()
    for (const { inputs } of transactions) {
      for (const { prevout } of inputs)
        for (const key of this.#spenders.get(outPointKey(prevout)) ?? []) touched.add(key)
    }
    for (const key of touched) this.#eraseAll(key)
    if (touched.size > 0) {
      this.#fields.log(`Erased ${touched.size} orphan transaction(s) included or conflicted by block`)
    }
    this.#limit()
  }
}
