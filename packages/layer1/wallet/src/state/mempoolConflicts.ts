import { bytesToHex } from '@ply/bytes'
import { computeTxid, isCoinbase, type OutPoint, type Txid } from '@ply/primitives'
import type { TransactionLog, TransactionRecord } from './transactionLog.ts'

/** What a ledger asks the mempool. */
export interface SpenderIndex {
  has(txid: Txid): boolean
  /** The transaction of the mempool that spends an output. */
  spenderOf(outpoint: OutPoint): Txid | undefined
  /** The transactions of the mempool that spend any output of one. */
  childrenOf(txid: Txid): readonly Txid[]
}

/** Version 3: topologically restricted until confirmation (BIP 431). */
export const TRUC_VERSION = 3

/** BIP 431: an unconfirmed transaction of version 3 has one child. Any other is kept out by that one. */
function siblingsOf(log: TransactionLog, pool: SpenderIndex, { tx, txid }: TransactionRecord): readonly string[] {
  if (tx.version !== TRUC_VERSION) return []
  return tx.inputs.flatMap(({ prevout }) => {
    const parent = log.get(bytesToHex(prevout.txid))
    if (!parent || parent.confirmation) return []
    return pool
      .childrenOf(prevout.txid)
      .map((child) => bytesToHex(child))
      .filter((child) => child !== txid)
  })
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
  for (const each of family) {
    const { tx, confirmation } = each
    if (confirmation || isCoinbase(tx) || pool.has(computeTxid(tx))) continue
    for (const sibling of siblingsOf(log, pool, each)) conflicts.add(sibling)
    for (const { prevout } of tx.inputs) {
      const spender = pool.spenderOf(prevout)
      if (spender) conflicts.add(bytesToHex(spender))
      const parent = log.get(bytesToHex(prevout.txid))
      if (parent) family.add(parent)
    }
  }
  return conflicts
}
