import { assert, bytesToHex, compareBytes } from '@ply/bytes'
import { outPointKey, type OutPoint, type Transaction } from '@ply/primitives'
import { Cluster, connectedGroups } from './cluster.ts'
import type { MempoolEntry } from './entry.ts'

/** The pool's tables: entries by txid and wtxid, who spends what, and the clusters. It knows no policy. */
export class MempoolGraph {
  readonly #entries = new Map<string, MempoolEntry>()
  readonly #byWtxid = new Map<string, MempoolEntry>()
  readonly #spenders = new Map<string, MempoolEntry>()
  readonly #clusters = new Set<Cluster>()
  #usage = 0
  #vsize = 0
  #fees = 0n

  get size(): number {
    return this.#entries.size
  }
  /** Estimated memory in bytes. */
  get usage(): number {
    return this.#usage
  }
  get vsize(): number {
    return this.#vsize
  }
  get fees(): bigint {
    return this.#fees
  }
  get clusters(): ReadonlySet<Cluster> {
    return this.#clusters
  }

  entries(): IterableIterator<MempoolEntry> {
    return this.#entries.values()
  }
  get(txid: Uint8Array): MempoolEntry | undefined {
    return this.#entries.get(bytesToHex(txid))
  }
  byWtxid(wtxid: Uint8Array): MempoolEntry | undefined {
    return this.#byWtxid.get(bytesToHex(wtxid))
  }
  has(entry: MempoolEntry): boolean {
    return this.#entries.get(entry.key) === entry
  }
  /** The entry that spends the output. */
  spender(outpoint: OutPoint): MempoolEntry | undefined {
    return this.#spenders.get(outPointKey(outpoint))
  }

  /** Entries whose outputs `tx` spends, each once, in the order of their txids (which error messages show). */
  parentsOf(tx: Transaction): MempoolEntry[] {
    const parents = new Set<MempoolEntry>()
    for (const { prevout } of tx.inputs) {
      const parent = this.get(prevout.txid)
      if (parent) parents.add(parent)
    }
    return [...parents].sort((a, b) => compareBytes(a.txid, b.txid))
  }

  /** Entries that spend the same outputs as `tx`, each once. */
  conflictsOf(tx: Transaction): MempoolEntry[] {
    const conflicts = new Set<MempoolEntry>()
    for (const { prevout } of tx.inputs) {
      const spender = this.spender(prevout)
      if (spender) conflicts.add(spender)
    }
    return [...conflicts]
  }

  /** Entries that spend outputs of `tx` (a transaction that comes back from a block may have some). */
  childrenOf(tx: Transaction, txid: OutPoint['txid']): MempoolEntry[] {
    const children = new Set<MempoolEntry>()
    for (let index = 0; index < tx.outputs.length; index++) {
      const spender = this.spender({ txid, index })
      if (spender) children.add(spender)
    }
    return [...children]
  }

  /**
   * The entry must not conflict with any in the pool. One that comes back from a block may have children here: they
   * are linked by {@link linkChildren}.
   */
  add(entry: MempoolEntry): void {
    assert(!this.#entries.has(entry.key), 'the pool has this transaction')
    for (const parent of this.parentsOf(entry.tx)) {
      entry.parents.add(parent)
      parent.children.add(entry)
    }
    this.#entries.set(entry.key, entry)
    this.#byWtxid.set(bytesToHex(entry.wtxid), entry)
    for (const { prevout } of entry.tx.inputs) {
      const key = outPointKey(prevout)
      assert(!this.#spenders.has(key), 'the pool spends this output already')
      this.#spenders.set(key, entry)
    }
    this.#usage += entry.usage
    this.#vsize += entry.vsize
    this.#fees += entry.fee
    this.#joinClusters(entry, entry.parents)
  }

  /** Links an entry of the pool with those that spend it, and makes one cluster of theirs. */
  linkChildren(entry: MempoolEntry): void {
    for (const child of this.childrenOf(entry.tx, entry.txid)) {
      entry.children.add(child)
      child.parents.add(entry)
    }
    this.#joinClusters(entry, [...entry.children, entry])
  }

  #joinClusters(entry: MempoolEntry, linked: Iterable<MempoolEntry>): void {
    const joined = new Set([...linked].map((other) => other.cluster!))
    const [first = new Cluster(), ...others] = [...joined].sort((a, b) => b.entries.size - a.entries.size)
    this.#clusters.add(first)
    for (const other of others) {
      this.#clusters.delete(other)
      for (const moved of other.entries) {
        first.entries.add(moved)
        moved.cluster = first
      }
    }
    first.entries.add(entry)
    entry.cluster = first
    first.touch()
  }

  /** Takes out exactly these entries; what is left of their clusters is sorted anew. */
  remove(entries: readonly MempoolEntry[]): void {
    const touched = new Set<Cluster>()
    for (const entry of entries) {
      assert(this.has(entry), 'the pool does not have this transaction')
      this.#entries.delete(entry.key)
      this.#byWtxid.delete(bytesToHex(entry.wtxid))
      for (const { prevout } of entry.tx.inputs) this.#spenders.delete(outPointKey(prevout))
      this.#usage -= entry.usage
      this.#vsize -= entry.vsize
      this.#fees -= entry.fee
      for (const parent of entry.parents) parent.children.delete(entry)
      for (const child of entry.children) child.parents.delete(entry)
      entry.parents.clear()
      entry.children.clear()
      if (entry.cluster) {
        touched.add(entry.cluster)
        entry.cluster.entries.delete(entry)
      }
      entry.cluster = undefined
    }
    for (const cluster of touched) this.#split(cluster)
  }

  #split(cluster: Cluster): void {
    this.#clusters.delete(cluster)
    for (const group of connectedGroups(cluster.entries)) {
      const part = new Cluster()
      for (const entry of group) {
        part.entries.add(entry)
        entry.cluster = part
      }
      this.#clusters.add(part)
    }
  }

  /** The entries and everything in the pool that depends on them. */
  descendants(entries: Iterable<MempoolEntry>): Set<MempoolEntry> {
    return closure(entries, (entry) => entry.children)
  }

  /** The entries and everything in the pool that they depend on. */
  ancestors(entries: Iterable<MempoolEntry>): Set<MempoolEntry> {
    return closure(entries, (entry) => entry.parents)
  }
}

function closure(
  entries: Iterable<MempoolEntry>,
  next: (entry: MempoolEntry) => ReadonlySet<MempoolEntry>,
): Set<MempoolEntry> {
  const found = new Set(entries)
  // A set that grows while it is walked gives each member once.
  for (const entry of found) for (const other of next(entry)) found.add(other)
  return found
}
