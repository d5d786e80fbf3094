import { equalBytes } from '@ply/bytes'
import { computeTxid, type Transaction } from '@ply/primitives'
import type { RemoteCommit } from '../commitment/commitments.ts'
import { obscuringFactorOf } from '../commitment/context.ts'
import { buildLocal, buildRemote, type BuiltCommitment, numberedLocal } from '../commitment/signing.ts'
import type { ChannelSigner } from '../keys/signer.ts'
import { secretIndexOf } from '../keys/perCommitmentSecret.ts'
import { findSecret } from '../keys/secretStore.ts'
import type { Channel } from '../state.ts'
import { readCommitmentNumber } from '../transactions/obscuredNumber.ts'

/** What the transaction that spent the funding output is (BOLT 5). */
export type FundingSpend =
  | { readonly type: 'mutual-close' }
  | { readonly type: 'local-commitment'; readonly built: BuiltCommitment }
  | { readonly type: 'remote-commitment'; readonly built: BuiltCommitment; readonly commit: RemoteCommit }
  | { readonly type: 'revoked-commitment'; readonly perCommitmentSecret: Uint8Array }
  /** A commitment of the peer that we do not know: we have lost state. */
  | { readonly type: 'unknown' }

/** Tells which of the possible spends of the funding output this is. */
export function identifyFundingSpend(channel: Channel, transaction: Transaction, signer: ChannelSigner): FundingSpend {
  const number = readCommitmentNumber(transaction, obscuringFactorOf(channel))
  if (number === undefined) return { type: 'mutual-close' }
  const { localCommit, remoteCommit, nextRemoteCommit, remoteSecrets } = channel.commitments
  const txid = computeTxid(transaction)
  const isThis = (built: BuiltCommitment): boolean => equalBytes(computeTxid(built.commitment.transaction), txid)
  if (number === localCommit.number) {
    const built = buildLocal(channel, numberedLocal(channel, localCommit, signer))
    if (isThis(built)) return { type: 'local-commitment', built }
  }
  for (const commit of [remoteCommit, ...(nextRemoteCommit ? [nextRemoteCommit.commit] : [])]) {
    if (commit.number !== number) continue
    const built = buildRemote(channel, commit)
    if (isThis(built)) return { type: 'remote-commitment', built, commit }
  }
  const perCommitmentSecret =
    number < remoteCommit.number ? findSecret(remoteSecrets, secretIndexOf(number)) : undefined
  return perCommitmentSecret ? { type: 'revoked-commitment', perCommitmentSecret } : { type: 'unknown' }
}
