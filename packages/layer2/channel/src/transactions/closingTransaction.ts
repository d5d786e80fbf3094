import type { OutPoint, Sats, Transaction, TxOutput } from '@ply/primitives'
import { SEQUENCE_FINAL, sats } from '@ply/primitives'
import { compareOutputs } from './outputOrder.ts'

/** Whole-satoshi balances and scripts of a mutual close. */
export interface ClosingTerms {
  readonly fundingOutpoint: OutPoint
  readonly localIsOpener: boolean
  readonly toLocal: Sats
  readonly toRemote: Sats
  readonly localScript: Uint8Array
  readonly remoteScript: Uint8Array
  readonly feeSatoshis: Sats
  /** Outputs below are left out: the signer's own dust limit. */
  readonly dustLimit: Sats
}

/** The legacy closing transaction (BOLT 3), unsigned. The opener pays the fee. */
export function createClosingTransaction(terms: ClosingTerms): Transaction {
  const less = (amount: Sats, pays: boolean): Sats => sats(pays ? amount - terms.feeSatoshis : amount)
  const candidates: TxOutput[] = [
    { value: less(terms.toLocal, terms.localIsOpener), scriptPubKey: terms.localScript },
    { value: less(terms.toRemote, !terms.localIsOpener), scriptPubKey: terms.remoteScript },
  ]
  return {
    version: 2,
    inputs: [{ prevout: terms.fundingOutpoint, scriptSig: new Uint8Array(0), sequence: SEQUENCE_FINAL, witness: [] }],
    outputs: candidates.filter((output) => output.value >= terms.dustLimit && output.value > 0n).sort(compareOutputs),
    lockTime: 0,
  }
}
