import type { Sats, Transaction, Txid } from '@ply/primitives'
import { sats } from '@ply/primitives'
import { createP2wsh, SIGHASH_ALL, SIGHASH_ANYONECANPAY, SIGHASH_SINGLE } from '@ply/script'
import type { CommitmentFormat } from '../parameters.ts'
import type {
  CommitmentOutput,
  CommitmentTerms,
  CommitmentTransaction,
  CommittedHtlc,
} from './commitmentTransaction.ts'
import { toLocalScript } from './scripts.ts'
import { computeHtlcFee } from './weights.ts'

/** HTLC-timeout or HTLC-success: the second stage of an HTLC in its owner's commitment, unsigned. */
export interface HtlcTransaction {
  readonly kind: 'timeout' | 'success'
  readonly htlc: CommittedHtlc
  readonly transaction: Transaction
  /** The HTLC output that input 0 spends. */
  readonly value: Sats
  readonly witnessScript: Uint8Array
  /** Script of output 0. */
  readonly outputWitnessScript: Uint8Array
}

/** Sighash type of the other side's signature: with anchors the owner may attach inputs and outputs for the fee. */
export const remoteHtlcSighashType = (format: CommitmentFormat): number =>
  format === 'anchors' ? SIGHASH_SINGLE | SIGHASH_ANYONECANPAY : SIGHASH_ALL

type HtlcOutput = Extract<CommitmentOutput, { readonly kind: 'htlc' }>

/** The second stage of one HTLC output (BOLT 3, HTLC-timeout and HTLC-success transactions). */
function createHtlcTransaction(
  terms: CommitmentTerms,
  commitmentTxid: Txid,
  at: [HtlcOutput, number],
): HtlcTransaction {
  const [output, index] = at
  const { htlc } = output
  const kind = htlc.offeredByOwner ? 'timeout' : 'success'
  const outputWitnessScript = toLocalScript(terms.keys, terms.toSelfDelay)
  const value = sats(output.value - computeHtlcFee(terms.format, kind, terms.feeratePerKw))
  const transaction: Transaction = {
    version: 2,
    inputs: [
      {
        prevout: { txid: commitmentTxid, index },
        scriptSig: new Uint8Array(0),
        sequence: terms.format === 'anchors' ? 1 : 0,
        witness: [],
      },
    ],
    outputs: [{ value, scriptPubKey: createP2wsh(outputWitnessScript) }],
    lockTime: kind === 'timeout' ? htlc.cltvExpiry : 0,
  }
  return { kind, htlc, transaction, value: output.value, witnessScript: output.witnessScript, outputWitnessScript }
}

/** The second stages of all HTLC outputs, in output order: the order of `htlc_signatures`. */
export function createHtlcTransactions(
  terms: CommitmentTerms,
  commitment: CommitmentTransaction,
  commitmentTxid: Txid,
): readonly HtlcTransaction[] {
  const transactions: HtlcTransaction[] = []
  commitment.outputs.forEach((output, index) => {
    if (output.kind === 'htlc') transactions.push(createHtlcTransaction(terms, commitmentTxid, [output, index]))
  })
  return transactions
}
