import { bytesToHex } from '@ply/bytes'
import { computeTxid, computeWtxid, type Transaction, transactionWeight, type Txid } from '@ply/primitives'
import type { PeerId } from '../event.ts'

export const MAX_ORPHANS = 100
/** Total weight of all orphans: ten of the largest standard transactions. */
export const MAX_ORPHAN_WEIGHT = 4_000_000
const MAX_SINGLE_WEIGHT = 400_000
const EXPIRY = 20 * 60_000

interface Orphan {
  readonly tx: Transaction
  readonly weight: number
  readonly expiry: number
  readonly providers: Set<PeerId>
}

/** Txids of the transactions that `tx` spends, each once. */
export function parentTxids(tx: Transaction): Txid[] {
  const parents = new Map(tx.inputs.map((input) => [bytesToHex(input.prevout.txid), input.prevout.txid]))
  return [...parents.values()]
}

/** Transactions whose parents are not known yet: a bounded waiting room. Keys are wtxids in hex. */
export class Orphanage {
  readonly #orphans = new Map<string, Orphan>()
  readonly #children = new Map<string, Set<string>>()
  #weight = 0

  get size(): number {
    return this.#orphans.size
  }
  get weight(): number {
    return this.#weight
  }

  get(wtxid: Uint8Array): Transaction | undefined {
    return this.#orphans.get(bytesToHex(wtxid))?.tx
  }

  byKey(key: string): Transaction | undefined {
    return this.#orphans.get(key)?.tx
  }

  /** Takes in an orphan, or one more peer that has it. Makes room at the cost of the peer that takes most. */
  add(tx: Transaction, provider: PeerId, now: number): void {
    const key = bytesToHex(computeWtxid(tx))
    const known = this.#orphans.get(key)
    if (known) {
      known.providers.add(provider)
      return
    }
    const weight = transactionWeight(tx)
    if (weight > MAX_SINGLE_WEIGHT) return
    this.#orphans.set(key, { tx, weight, expiry: now + EXPIRY, providers: new Set([provider]) })
    this.#weight += weight
    for (const parent of parentTxids(tx)) {
      const parentKey = bytesToHex(parent)
      const children = this.#children.get(parentKey) ?? new Set()
      children.add(key)
      this.#children.set(parentKey, children)
    }
    while (this.#orphans.size > MAX_ORPHANS || this.#weight > MAX_ORPHAN_WEIGHT) this.#evictOne()
  }

  #evictOne(): void {
    const use = new Map<PeerId, number>()
    for (const orphan of this.#orphans.values()) {
      for (const peer of orphan.providers) use.set(peer, (use.get(peer) ?? 0) + orphan.weight)
    }
    const [heaviest] = [...use].reduce((most, next) => (next[1] > most[1] ? next : most))
    for (const [key, orphan] of this.#orphans) {
      if (!orphan.providers.delete(heaviest)) continue
      if (orphan.providers.size === 0) this.#erase(key)
      return
    }
  }

  erase(tx: Transaction): void {
    this.#erase(bytesToHex(computeWtxid(tx)))
  }

  #erase(key: string): void {
    const orphan = this.#orphans.get(key)
    if (!orphan) return
    this.#orphans.delete(key)
    this.#weight -= orphan.weight
    for (const parent of parentTxids(orphan.tx)) {
      const parentKey = bytesToHex(parent)
      const children = this.#children.get(parentKey)
      children?.delete(key)
      if (children?.size === 0) this.#children.delete(parentKey)
    }
  }

  /** Orphans that spend outputs of `tx`, each with one peer that has it. */
  childrenOf(tx: Transaction): { readonly key: string; readonly provider: PeerId | undefined }[] {
    const keys = this.#children.get(bytesToHex(computeTxid(tx))) ?? []
    return [...keys].map((key) => ({ key, provider: [...(this.#orphans.get(key)?.providers ?? [])][0] }))
  }

  disconnected(peer: PeerId): void {
    for (const [key, orphan] of this.#orphans) {
      if (orphan.providers.delete(peer) && orphan.providers.size === 0) this.#erase(key)
    }
  }

  /** Drops what a block contains or conflicts with. */
  removeForBlock(transactions: readonly Transaction[]): void {
    const spent = new Set(
      transactions.flatMap((tx) => tx.inputs.map((i) => `${bytesToHex(i.prevout.txid)}:${i.prevout.index}`)),
    )
    for (const [key, orphan] of this.#orphans) {
      const touched = orphan.tx.inputs.some((i) => spent.has(`${bytesToHex(i.prevout.txid)}:${i.prevout.index}`))
      if (touched) this.#erase(key)
    }
  }

  expire(now: number): void {
    for (const [key, orphan] of this.#orphans) if (orphan.expiry <= now) this.#erase(key)
  }
}
