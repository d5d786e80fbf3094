import { err, ok, type Result } from '@ply/bytes'
import { computeTxid, type Transaction } from '@ply/primitives'
import type { ChannelSigner } from '../keys/signer.ts'
import {
  type CommitmentTerms,
  type CommitmentTransaction,
  createCommitmentTransaction,
} from '../transactions/commitmentTransaction.ts'
import { createHtlcTransactions, type HtlcTransaction, remoteHtlcSighashType } from '../transactions/htlcTransaction.ts'
import { fundingScript } from '../transactions/scripts.ts'
import { computeInputSighash, verifySignature } from '../transactions/signature.ts'
import { fundingWitness, withWitness } from '../transactions/witness.ts'
import { type ChannelViolation, violation } from '../violation.ts'
import type { LocalCommit, RemoteCommit } from './commitments.ts'
import { type CommitmentContext, localTerms, type NumberedSpec, remoteTerms } from './context.ts'

/** A commitment and its second stages, unsigned. */
export interface BuiltCommitment {
  readonly terms: CommitmentTerms
  readonly commitment: CommitmentTransaction
  readonly htlcTransactions: readonly HtlcTransaction[]
}

function build(terms: CommitmentTerms): BuiltCommitment {
  const commitment = createCommitmentTransaction(terms)
  return {
    terms,
    commitment,
    htlcTransactions: createHtlcTransactions(terms, commitment, computeTxid(commitment.transaction)),
  }
}

export const buildLocal = (context: CommitmentContext, numbered: NumberedSpec): BuiltCommitment =>
  build(localTerms(context, numbered))

export const buildRemote = (context: CommitmentContext, numbered: NumberedSpec): BuiltCommitment =>
  build(remoteTerms(context, numbered))

/** Hash that the funding keys sign. */
export function fundingSighash(context: CommitmentContext, transaction: Transaction): Uint8Array {
  const witnessScript = fundingScript(context.local.keys.fundingPubkey, context.remote.keys.fundingPubkey)
  return computeInputSighash(transaction, { value: context.fundingSatoshis, witnessScript })
}

/** Signatures of a commitment_signed message; the first alone is that of funding_created and funding_signed. */
export interface CommitmentSignatures {
  readonly signature: Uint8Array
  readonly htlcSignatures: readonly Uint8Array[]
}

/** Signs the peer's commitment and all its HTLC transactions. */
export function signRemoteCommit(
  context: CommitmentContext,
  commit: RemoteCommit,
  signer: ChannelSigner,
): CommitmentSignatures {
  const { commitment, htlcTransactions } = buildRemote(context, commit)
  const { keysId, format } = context
  const hashType = remoteHtlcSighashType(format)
  const key = { role: 'htlc', perCommitmentPoint: commit.perCommitmentPoint } as const
  return {
    signature: signer.sign(keysId, { role: 'funding' }, fundingSighash(context, commitment.transaction)),
    htlcSignatures: htlcTransactions.map((htlc) =>
      signer.sign(keysId, key, computeInputSighash(htlc.transaction, htlc, { hashType })),
    ),
  }
}

/**
 * Checks the peer's signatures of our commitment. Violations: `invalid-commitment-signature`,
 * `wrong-htlc-signature-count`, `invalid-htlc-signature`.
 */
export function checkLocalCommit(
  context: CommitmentContext,
  numbered: NumberedSpec,
  { signature, htlcSignatures }: CommitmentSignatures,
): Result<LocalCommit, ChannelViolation> {
  const { commitment, htlcTransactions, terms } = buildLocal(context, numbered)
  const hash = fundingSighash(context, commitment.transaction)
  if (!verifySignature(hash, signature, context.remote.keys.fundingPubkey)) {
    return err(violation('invalid-commitment-signature', `commitment ${numbered.number}`))
  }
  if (htlcSignatures.length !== htlcTransactions.length) {
    const detail = `${htlcSignatures.length} signatures for ${htlcTransactions.length} HTLC outputs`
    return err(violation('wrong-htlc-signature-count', detail))
  }
  const hashType = remoteHtlcSighashType(context.format)
  for (const [i, htlc] of htlcTransactions.entries()) {
    const htlcHash = computeInputSighash(htlc.transaction, htlc, { hashType })
    if (!verifySignature(htlcHash, htlcSignatures[i]!, terms.keys.remoteHtlc)) {
      return err(violation('invalid-htlc-signature', `commitment ${numbered.number}, HTLC output ${i}`))
    }
  }
  return ok({ number: numbered.number, spec: numbered.spec, signature, htlcSignatures })
}

/** A commitment of ours with its point. */
export const numberedLocal = (
  { keysId }: CommitmentContext,
  { number, spec }: Pick<LocalCommit, 'number' | 'spec'>,
  signer: ChannelSigner,
): NumberedSpec => ({ number, spec, perCommitmentPoint: signer.perCommitmentPoint(keysId, number) })

/** Our current commitment transaction, fully signed. Only for publishing (BOLT 2 warns of making it earlier). */
export function createSignedLocalCommitment(
  context: CommitmentContext,
  commit: LocalCommit,
  signer: ChannelSigner,
): BuiltCommitment & { readonly signed: Transaction } {
  const built = buildLocal(context, numberedLocal(context, commit, signer))
  const { transaction } = built.commitment
  const { local, remote, keysId } = context
  const own = signer.sign(keysId, { role: 'funding' }, fundingSighash(context, transaction))
  const witness = fundingWitness(
    { publicKey: local.keys.fundingPubkey, signature: own },
    { publicKey: remote.keys.fundingPubkey, signature: commit.signature },
  )
  return { ...built, signed: withWitness(transaction, witness) }
}
