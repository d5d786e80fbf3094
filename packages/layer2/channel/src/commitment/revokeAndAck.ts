import { equalBytes, err, ok, type Result } from '@ply/bytes'
import { publicKeyFromSecret } from '@ply/crypto'
import { secretIndexOf } from '../keys/perCommitmentSecret.ts'
import { insertSecret } from '../keys/secretStore.ts'
import type { Channel } from '../state.ts'
import { type ChannelViolation, violation } from '../violation.ts'
import type { Htlc, Update } from './commitments.ts'
import type { Revocation } from './commitmentSigned.ts'
import { findHtlc } from './spec.ts'

/** What became irrevocable with a revocation. */
export interface Revoked {
  readonly channel: Channel
  /** HTLCs of the peer that both sides are bound to now. */
  readonly received: readonly Htlc[]
  /** HTLCs of ours that failed for good. */
  readonly failed: readonly {
    readonly htlc: Htlc
    readonly update: Extract<Update, { readonly type: 'fail' | 'fail-malformed' }>
  }[]
}

/**
 * Takes the peer's revocation of its old commitment (BOLT 2, revoke_and_ack). Violations: `unexpected-revocation`,
 * `invalid-revocation-secret`.
 */
export function receiveRevocation(channel: Channel, revocation: Revocation): Result<Revoked, ChannelViolation> {
  const { commitments } = channel
  const { nextRemoteCommit, remoteCommit, localChanges, remoteChanges } = commitments
  if (!nextRemoteCommit) return err(violation('unexpected-revocation', 'no signature of ours awaits a revocation'))
  const { perCommitmentSecret } = revocation
  const point = publicKeyFromSecret(perCommitmentSecret)
  const isSecret = point !== undefined && equalBytes(point, remoteCommit.perCommitmentPoint)
  // Earlier secrets must follow from the new one.
  const index = secretIndexOf(remoteCommit.number)
  const remoteSecrets = isSecret ? insertSecret(commitments.remoteSecrets, perCommitmentSecret, index) : undefined
  if (!remoteSecrets) {
    return err(violation('invalid-revocation-secret', `not the secret of commitment ${remoteCommit.number}`))
  }

  const received: Htlc[] = []
  const failed: { htlc: Htlc; update: Extract<Update, { type: 'fail' | 'fail-malformed' }> }[] = []
  for (const update of remoteChanges.signed) {
    if (update.type === 'add') received.push(update.htlc)
    if (update.type !== 'fail' && update.type !== 'fail-malformed') continue
    const htlc = findHtlc(remoteCommit.spec, 'offered', update.id)
    // Once the peer has shown the preimage, the payment went through whatever it says later.
    if (htlc && !commitments.fulfilledHtlcs.includes(htlc.id)) failed.push({ htlc, update })
  }
  const { nextRemoteCommit: _revoked, ...rest } = commitments
  return ok({
    received,
    failed,
    channel: {
      ...channel,
      commitments: {
        ...rest,
        remoteCommit: nextRemoteCommit.commit,
        fulfilledHtlcs: commitments.fulfilledHtlcs.filter((id) =>
          [commitments.localCommit.spec, nextRemoteCommit.commit.spec].some((spec) => findHtlc(spec, 'offered', id)),
        ),
        remoteNextPoint: revocation.nextPerCommitmentPoint,
        remoteSecrets,
        localChanges: { ...localChanges, signed: [], acked: [...localChanges.acked, ...localChanges.signed] },
        remoteChanges: { ...remoteChanges, signed: [] },
      },
    },
  })
}
