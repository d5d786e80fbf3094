import { assert, ok, type Result } from '@ply/bytes'
import type { CommitmentSigned } from '@ply/wire'
import type { ChannelSigner } from '../keys/signer.ts'
import type { Channel } from '../state.ts'
import type { ChannelViolation } from '../violation.ts'
import type { RemoteCommit } from './commitments.ts'
import { checkLocalCommit, type CommitmentSignatures, numberedLocal, signRemoteCommit } from './signing.ts'
import { canSign, proposedLocalSpec, proposedRemoteSpec } from './views.ts'

/** Signs all pending updates into the peer's next commitment (BOLT 2, sending commitment_signed). */
export function sendCommit(
  channel: Channel,
  signer: ChannelSigner,
): { readonly channel: Channel; readonly signatures: CommitmentSignatures } {
  const { commitments } = channel
  const { remoteNextPoint, localChanges, remoteChanges } = commitments
  assert(canSign(commitments) && remoteNextPoint !== undefined, 'signing while a revocation is awaited')
  const commit: RemoteCommit = {
    number: commitments.remoteCommit.number + 1,
    spec: proposedRemoteSpec(commitments),
    perCommitmentPoint: remoteNextPoint,
  }
  const { remoteNextPoint: _used, ...rest } = commitments
  return {
    signatures: signRemoteCommit(channel, commit, signer),
    channel: {
      ...channel,
      commitments: {
        ...rest,
        nextRemoteCommit: { commit, sentAtLocalNumber: commitments.localCommit.number },
        localChanges: { ...localChanges, proposed: [], signed: localChanges.proposed },
        remoteChanges: { ...remoteChanges, acked: [], signed: remoteChanges.acked },
      },
    },
  }
}

/** The message; it names the funding transaction that its commitment spends. */
export const commitmentSigned = (
  { channelId, fundingOutpoint }: Channel,
  signatures: CommitmentSignatures,
): CommitmentSigned => ({ type: 'commitment_signed', channelId, ...signatures, fundingTxid: fundingOutpoint.txid })

/** revoke_and_ack's fields. */
export interface Revocation {
  readonly perCommitmentSecret: Uint8Array
  readonly nextPerCommitmentPoint: Uint8Array
}

/** The revocation of our commitment before the current one. */
export function createRevocation({ keysId, commitments }: Channel, signer: ChannelSigner): Revocation {
  const { number } = commitments.localCommit
  return {
    perCommitmentSecret: signer.perCommitmentSecret(keysId, number - 1),
    nextPerCommitmentPoint: signer.perCommitmentPoint(keysId, number + 1),
  }
}

/**
 * Takes the peer's signatures: our commitment with all its pending updates replaces the one before, which is revoked.
 * A commitment without changes is taken too: some peers send it. Violations as `checkLocalCommit`.
 */
export function receiveCommit(
  channel: Channel,
  signatures: CommitmentSignatures,
  signer: ChannelSigner,
): Result<Channel, ChannelViolation> {
  const { commitments } = channel
  const { localCommit, localChanges, remoteChanges } = commitments
  const numbered = numberedLocal(
    channel,
    { number: localCommit.number + 1, spec: proposedLocalSpec(commitments) },
    signer,
  )
  const checked = checkLocalCommit(channel, numbered, signatures)
  if (!checked.ok) return checked
  return ok({
    ...channel,
    commitments: {
      ...commitments,
      localCommit: checked.value,
      localChanges: { ...localChanges, acked: [] },
      remoteChanges: { ...remoteChanges, proposed: [], acked: [...remoteChanges.acked, ...remoteChanges.proposed] },
    },
  })
}
