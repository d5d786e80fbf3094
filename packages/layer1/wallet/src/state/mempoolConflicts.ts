import { bytesToHex } from '@ply/bytes'
import { computeTxid, isCoinbase, type OutPoint, type Txid } from '@ply/primitives'
import type { TransactionLog, TransactionRecord } from './transactionLog.ts'

/** What a ledger asks the mempool. */
export interface SpenderIndex {
  has(txid: Txid): boolean
  /** The transaction of the mempool that spends an output. */
  spenderOf(outpoint: OutPoint): Txid | undefined
}

/**
 * Txids (internal order, hexadecimal) of transactions in the mempool that keep a record out of it: they spend what it
 * spends, or what something unconfirmed spends that it depends on.
 */
export function findMempoolConflicts(
  log: TransactionLog,
  pool: SpenderIndex,
  record: TransactionRecord,
): ReadonlySet<string> {
  const conflicts = new Set<string>()
  const family = new Set([record])
  for (const { tx, confirmation } of family) {
    if (confirmation || isCoinbase(tx) || pool.has(computeTxid(tx))) continue
    for (const { prevout } of tx.inputs) {
      const spender = pool.spenderOf(prevout)
      if (spender) conflicts.add(bytesToHex(spender))
      const parent = log.get(bytesToHex(prevout.txid))
      if (parent) family.add(parent)
    }
  }
  return conflicts
}
