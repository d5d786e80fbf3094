import { bytesToHex } from '@ply/bytes'
import { computeTxid, isCoinbase, outPointKey, type Transaction } from '@ply/primitives'

/** Where in the chain a transaction stands. */
export interface Confirmation {
  readonly height: number
  /** Position in the block; the coinbase is 0. */
  readonly position: number
}

/**
 * `active`: confirmed, or in the mempool as far as the wallet knows. `replaced`: another transaction took one of its
 * inputs. `dropped`: left the mempool, or its coinbase left the chain.
 */
export type TransactionStatus = 'active' | 'replaced' | 'dropped'

/** A transaction that touches the wallet. */
export interface TransactionRecord {
  readonly tx: Transaction
  /** Internal byte order, hexadecimal. */
  readonly txid: string
  readonly status: TransactionStatus
  readonly confirmation: Confirmation | undefined
  /** Seconds since the Unix epoch: the block's time, or when the wallet first saw it. */
  readonly time: number
  /** Internal-order txid of what took its inputs. */
  readonly replacedBy: string | undefined
  /** Height of the block in which another transaction took its inputs; a reorg may give them back. */
  readonly conflictHeight?: number
}

/** The wallet's transactions and who spends what among them. */
export class TransactionLog {
  readonly #records = new Map<string, TransactionRecord>()
  readonly #spenders = new Map<string, Set<string>>()
  readonly #changed: ((record: TransactionRecord) => void) | undefined

  constructor(records: readonly TransactionRecord[] = [], changed?: (record: TransactionRecord) => void) {
    for (const record of records) this.put(record)
    this.#changed = changed
  }

  get(txid: string): TransactionRecord | undefined {
    return this.#records.get(txid)
  }

  all(): IterableIterator<TransactionRecord> {
    return this.#records.values()
  }

  #set(record: TransactionRecord): void {
    this.#records.set(record.txid, record)
    this.#changed?.(record)
  }

  put(record: TransactionRecord): void {
    this.#set(record)
    if (isCoinbase(record.tx)) return
    for (const { prevout } of record.tx.inputs) {
      const key = outPointKey(prevout)
      const spenders = this.#spenders.get(key)
      if (spenders) spenders.add(record.txid)
      else this.#spenders.set(key, new Set([record.txid]))
    }
  }

  /** Forgets a record; false if there is none. */
  remove(txid: string): boolean {
    const record = this.#records.get(txid)
    if (!record) return false
    this.#records.delete(txid)
    for (const { prevout } of record.tx.inputs) this.#spenders.get(outPointKey(prevout))?.delete(txid)
    return true
  }

  /** The active records that spend an outpoint: more than one where nobody knows yet which of them stays. */
  *activeSpenders(key: string): Generator<TransactionRecord> {
    for (const txid of this.#spenders.get(key) ?? []) {
      const record = this.#records.get(txid)
      if (record?.status === 'active') yield record
    }
  }

  /** Active records that share an input with `tx` and are another transaction. */
  conflicts(tx: Transaction): TransactionRecord[] {
    const txid = bytesToHex(computeTxid(tx))
    const found = new Map<string, TransactionRecord>()
    for (const { prevout } of tx.inputs) {
      for (const spender of this.activeSpenders(outPointKey(prevout))) {
        if (spender.txid !== txid) found.set(spender.txid, spender)
      }
    }
    return [...found.values()]
  }

  /** Every record that shares an input with `tx`, whatever became of it. */
  rivals(tx: Transaction): TransactionRecord[] {
    const txids = new Set<string>()
    for (const { prevout } of tx.inputs) {
      for (const txid of this.#spenders.get(outPointKey(prevout)) ?? []) txids.add(txid)
    }
    if (txids.size === 0) return []
    txids.delete(bytesToHex(computeTxid(tx)))
    return [...txids].map((txid) => this.#records.get(txid)!)
  }

  /** Takes an unconfirmed record and everything that spends from it out of the active set. */
  deactivate(txid: string, status: 'replaced' | 'dropped', replacedBy?: string): void {
    const queue = [txid]
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const record = this.#records.get(next)
      if (!record || record.status !== 'active') continue
      this.#set({ ...record, status, replacedBy, confirmation: undefined })
      record.tx.outputs.forEach((_, index) => {
        for (const spender of this.activeSpenders(`${record.txid}:${index}`)) queue.push(spender.txid)
      })
    }
  }

  /** A block has a transaction: what shares an input with it, and what spends from that, has lost for as long. */
  conflictWithBlock(tx: Transaction, conflictHeight: number): void {
    const queue = this.rivals(tx)
    if (queue.length === 0) return
    const replacedBy = bytesToHex(computeTxid(tx))
    for (let record = queue.pop(); record; record = queue.pop()) {
      if (record.status !== 'active' && record.conflictHeight !== undefined) continue
      this.#set({ ...record, status: 'replaced', replacedBy, confirmation: undefined, conflictHeight })
      for (const index of record.tx.outputs.keys()) {
        for (const txid of this.#spenders.get(`${record.txid}:${index}`) ?? []) queue.push(this.#records.get(txid)!)
      }
    }
  }

  /**
   * The blocks above a height are gone: what they took the place of conflicts with no block any more, and is `active`
   * again if `revive`.
   */
  forgetConflictsAbove(height: number, revive: boolean): void {
    for (const { conflictHeight, ...record } of [...this.#records.values()]) {
      if (conflictHeight !== undefined && conflictHeight > height)
        this.#set(revive ? { ...record, status: 'active', replacedBy: undefined } : record)
    }
  }
}
