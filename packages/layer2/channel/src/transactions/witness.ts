import { compareBytes } from '@ply/bytes'
import type { Transaction } from '@ply/primitives'
import { SIGHASH_ALL } from '@ply/script'
import type { CommitmentFormat } from '../parameters.ts'
import { remoteHtlcSighashType } from './htlcTransaction.ts'
import { fundingScript } from './scripts.ts'
import { witnessSignature } from './signature.ts'

const EMPTY = new Uint8Array(0)

/** The transaction with `witness` on one input. */
export const withWitness = (transaction: Transaction, witness: readonly Uint8Array[], inputIndex = 0): Transaction => ({
  ...transaction,
  inputs: transaction.inputs.map((input, i) => (i === inputIndex ? { ...input, witness } : input)),
})

/** One side's funding key and its compact signature. */
export interface FundingSignature {
  readonly publicKey: Uint8Array
  readonly signature: Uint8Array
}

/** Witness that spends the funding output: signatures in the order of the keys. */
export function fundingWitness(a: FundingSignature, b: FundingSignature): readonly Uint8Array[] {
  const [first, second] = compareBytes(a.publicKey, b.publicKey) < 0 ? [a, b] : [b, a]
  return [
    EMPTY,
    witnessSignature(first.signature),
    witnessSignature(second.signature),
    fundingScript(a.publicKey, b.publicKey),
  ]
}

/** What the witness of a second-stage transaction is made of. */
export interface HtlcWitnessParts {
  readonly format: CommitmentFormat
  readonly remoteSignature: Uint8Array
  readonly localSignature: Uint8Array
  /** Of HTLC-success; HTLC-timeout has none. */
  readonly preimage?: Uint8Array
  readonly witnessScript: Uint8Array
}

/** Witness of HTLC-timeout or HTLC-success. Our own signature is of the same sighash type, so that fees can be attached. */
export function htlcWitness(parts: HtlcWitnessParts): readonly Uint8Array[] {
  const hashType = remoteHtlcSighashType(parts.format)
  return [
    EMPTY,
    witnessSignature(parts.remoteSignature, hashType),
    witnessSignature(parts.localSignature, hashType),
    parts.preimage ?? EMPTY,
    parts.witnessScript,
  ]
}

/** Witness of an output that one signature spends, with what selects the branch before the script. */
export const singleSignatureWitness = (
  signature: Uint8Array,
  branch: readonly Uint8Array[],
  witnessScript: Uint8Array,
): readonly Uint8Array[] => [witnessSignature(signature, SIGHASH_ALL), ...branch, witnessScript]
