import { equalBytes } from '@ply/bytes'
import { computeTxid, type OutPoint, outPointKey, type Transaction } from '@ply/primitives'
import type { ConfirmedTransaction } from '../state.ts'

/** True if an input of the transaction spends this outpoint. */
export const spendsOutPoint = (transaction: Transaction, outpoint: OutPoint): boolean =>
  transaction.inputs.some(({ prevout }) => prevout.index === outpoint.index && equalBytes(prevout.txid, outpoint.txid))

/** The confirmed input that spends an output. */
export interface Spend {
  readonly transaction: Transaction
  readonly inputIndex: number
  readonly height: number
}

/** Who spent what, from the transactions that concern a channel. */
export type Spends = ReadonlyMap<string, Spend>

export function indexSpends(confirmed: readonly ConfirmedTransaction[]): Spends {
  const spends = new Map<string, Spend>()
  for (const { transaction, height } of confirmed) {
    transaction.inputs.forEach(({ prevout }, inputIndex) => {
      spends.set(outPointKey(prevout), { transaction, inputIndex, height })
    })
  }
  return spends
}

export const findSpend = (spends: Spends, outpoint: OutPoint): Spend | undefined => spends.get(outPointKey(outpoint))

/** Confirmations of something that confirmed at `confirmedAt`. */
export const depthAt = (confirmedAt: number, height: number): number => height - confirmedAt + 1

export const outPointOf = (transaction: Transaction, index: number): OutPoint => ({
  txid: computeTxid(transaction),
  index,
})

/** First tip height at which a spend with this relative lock (BIP 68 blocks) may enter the next block. */
export const relativeLockReady = (confirmedAt: number, blocks: number): number => confirmedAt + blocks - 1
