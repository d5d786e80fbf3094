import type { CommitmentSpec, Commitments, Htlc, Update } from './commitments.ts'
import { findHtlc, reduceSpec } from './spec.ts'

/** The last commitment of the peer that we signed. */
export const latestRemoteSpec = ({ nextRemoteCommit, remoteCommit }: Commitments): CommitmentSpec =>
  (nextRemoteCommit?.commit ?? remoteCommit).spec

/** The peer's commitment as our next signature would make it. */
export const proposedRemoteSpec = (commitments: Commitments): CommitmentSpec =>
  reduceSpec(latestRemoteSpec(commitments), commitments.localChanges.proposed, commitments.remoteChanges.acked)

/** Our commitment as the peer's next signature would make it. */
export const proposedLocalSpec = ({ localCommit, localChanges, remoteChanges }: Commitments): CommitmentSpec =>
  reduceSpec(localCommit.spec, localChanges.acked, remoteChanges.proposed)

/** Our next signature would sign something new. */
export const hasChangesToSign = ({ localChanges, remoteChanges }: Commitments): boolean =>
  localChanges.proposed.length > 0 || remoteChanges.acked.length > 0

/** We may sign: no revocation is awaited. */
export const canSign = (commitments: Commitments): boolean =>
  commitments.nextRemoteCommit === undefined && commitments.remoteNextPoint !== undefined

/** No HTLC is left, nothing is on its way, no revocation is owed: a mutual close may be negotiated. */
export function isSettled(commitments: Commitments): boolean {
  const { localChanges, remoteChanges, localCommit, remoteCommit, nextRemoteCommit } = commitments
  return (
    nextRemoteCommit === undefined &&
    localCommit.spec.htlcs.length === 0 &&
    remoteCommit.spec.htlcs.length === 0 &&
    [...Object.values(localChanges), ...Object.values(remoteChanges)].every((updates) => updates.length === 0)
  )
}

const removes = (updates: readonly Update[], id: bigint): boolean =>
  updates.some((update) => update.type !== 'add' && update.type !== 'fee' && update.id === id)

/** True if we have already answered a received HTLC. */
export const isAnswered = ({ localChanges }: Commitments, id: bigint): boolean =>
  removes(localChanges.proposed, id) || removes(localChanges.signed, id) || removes(localChanges.acked, id)

/** A received HTLC that is irrevocably committed on both sides and not yet answered. */
export function findAnswerable(commitments: Commitments, id: bigint): Htlc | undefined {
  const htlc = findHtlc(commitments.localCommit.spec, 'received', id)
  if (!htlc || !findHtlc(commitments.remoteCommit.spec, 'received', id)) return undefined
  return isAnswered(commitments, id) ? undefined : htlc
}

/** All received HTLCs that wait for an answer of ours. */
export const unansweredHtlcs = (commitments: Commitments): readonly Htlc[] =>
  commitments.remoteCommit.spec.htlcs.filter(
    (htlc) => htlc.direction === 'received' && findAnswerable(commitments, htlc.id) !== undefined,
  )

/** An HTLC that we offered and the peer may remove: signed by both sides, not yet removed. */
export function findRemovable(commitments: Commitments, id: bigint): Htlc | undefined {
  const { remoteChanges } = commitments
  const htlc = findHtlc(commitments.localCommit.spec, 'offered', id)
  if (!htlc || !findHtlc(latestRemoteSpec(commitments), 'offered', id)) return undefined
  const removed =
    removes(remoteChanges.proposed, id) || removes(remoteChanges.acked, id) || removes(remoteChanges.signed, id)
  return removed ? undefined : htlc
}
