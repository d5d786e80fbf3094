import { ok, type Result } from '@ply/bytes'
import { invalidTx, type TxViolation } from '@ply/consensus'
import { computeTxid, computeWtxid, hashToDisplay, outPointKey, type Transaction } from '@ply/primitives'
import type { MempoolEntry } from '../pool/entry.ts'
import { findDust } from './dust.ts'

/** Dust is allowed on a transaction without a fee, which nobody mines but with the child that spends the dust. */
export function checkDustIsFree(entry: MempoolEntry, dustFeeRate: bigint): Result<undefined, TxViolation> {
  if (entry.fee === 0n && entry.modifiedFee === 0n) return ok(undefined)
  return findDust(entry.tx, dustFeeRate).length > 0
    ? invalidTx('not-standard', 'dust', 'tx with dust output must be 0-fee')
    : ok(undefined)
}

/** A child of transactions with dust spends all of it. Violation `missing-ephemeral-spends`. */
export function checkEphemeralSpends(
  tx: Transaction,
  parents: readonly Transaction[],
  dustFeeRate: bigint,
): Result<undefined, TxViolation> {
  const spent = new Set(tx.inputs.map((input) => outPointKey(input.prevout)))
  for (const parent of parents) {
    for (const index of findDust(parent, dustFeeRate)) {
      if (spent.has(outPointKey({ txid: computeTxid(parent), index }))) continue
      const self = `${hashToDisplay(computeTxid(tx))} (wtxid=${hashToDisplay(computeWtxid(tx))})`
      const message = `tx ${self} did not spend parent's ephemeral dust`
      return invalidTx('mempool-policy', 'missing-ephemeral-spends', message)
    }
  }
  return ok(undefined)
}
