import type { Commitments, CommitmentSpec, Htlc } from '../commitment/commitments.ts'
import { latestRemoteSpec } from '../commitment/views.ts'

// Every deadline of an HTLC (BOLT 2, cltv_expiry_delta selection), in blocks.

/** G: after this many blocks past its expiry an HTLC that we offered must be timed out on chain. */
export const OFFERED_GRACE_BLOCKS = 3
/** 2R+G+S: this long before its expiry an HTLC that we fulfilled must be off chain, or we claim it on chain. */
export const FULFILL_DEADLINE_BLOCKS = 18
/** A received HTLC that expires within so few blocks is failed instead of fulfilled or forwarded. */
export const FAIL_BACK_BLOCKS = FULFILL_DEADLINE_BLOCKS + OFFERED_GRACE_BLOCKS
/** What our invoices ask for: time to notice and fulfil before {@link FAIL_BACK_BLOCKS}. */
export const MIN_FINAL_CLTV_EXPIRY_DELTA = FAIL_BACK_BLOCKS + 3

/** An offered HTLC whose timeout deadline has passed at this height. */
export const isTimeoutDue = (htlc: Htlc, height: number): boolean =>
  htlc.direction === 'offered' && height >= htlc.cltvExpiry + OFFERED_GRACE_BLOCKS

/** A received HTLC for which it is too late to use a preimage off chain. */
export const isFulfillDue = (htlc: Htlc, height: number): boolean =>
  htlc.direction === 'received' && height + FULFILL_DEADLINE_BLOCKS >= htlc.cltvExpiry

/** Why the channel must be closed now because of an HTLC, if it must. */
export function findOverdueHtlc(commitments: Commitments, height: number): string | undefined {
  const specs: readonly CommitmentSpec[] = [
    commitments.localCommit.spec,
    commitments.remoteCommit.spec,
    latestRemoteSpec(commitments),
  ]
  const fulfilled = (htlc: Htlc): boolean => {
    const { proposed, signed, acked } = commitments.localChanges
    return [...proposed, ...signed, ...acked].some((update) => update.type === 'fulfill' && update.id === htlc.id)
  }
  for (const htlc of specs.flatMap((spec) => spec.htlcs)) {
    if (isTimeoutDue(htlc, height)) return `offered HTLC ${htlc.id} timed out at ${htlc.cltvExpiry}`
    if (isFulfillDue(htlc, height) && fulfilled(htlc)) {
      return `fulfilled HTLC ${htlc.id} expires at ${htlc.cltvExpiry}`
    }
  }
  return undefined
}
