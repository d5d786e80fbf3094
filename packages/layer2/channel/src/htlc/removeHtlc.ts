import { bytesToHex, equalBytes, err, ok, type Result } from '@ply/bytes'
import { sha256 } from '@ply/crypto'
import type { Htlc, Update } from '../commitment/commitments.ts'
import { findAnswerable, findRemovable } from '../commitment/views.ts'
import type { Channel } from '../state.ts'
import { type ChannelViolation, violation } from '../violation.ts'

/** BOLT 4: set in every failure code of update_fail_malformed_htlc. */
const BADONION = 0x8000

export type Removal = Extract<Update, { readonly type: 'fulfill' | 'fail' | 'fail-malformed' }>

/**
 * Answers a received HTLC: the channel with the update proposed. Violations: `unknown-htlc-id` (not irrevocably
 * committed, or already answered), `wrong-preimage`, `badonion-bit-missing`.
 */
export function answerHtlc(channel: Channel, removal: Removal): Result<Channel, ChannelViolation> {
  const { commitments } = channel
  const htlc = findAnswerable(commitments, removal.id)
  const checked = checkRemoval(htlc, removal)
  if (!checked.ok) return checked
  const localChanges = {
    ...commitments.localChanges,
    proposed: [...commitments.localChanges.proposed, removal],
  }
  return ok({ ...channel, commitments: { ...commitments, localChanges } })
}

/**
 * Takes the peer's answer to an HTLC that we offered. Violations: `unknown-htlc-id`, `wrong-preimage`,
 * `badonion-bit-missing`.
 */
export function receiveRemoval(
  channel: Channel,
  removal: Removal,
): Result<{ readonly channel: Channel; readonly htlc: Htlc }, ChannelViolation> {
  const { commitments } = channel
  const htlc = findRemovable(commitments, removal.id)
  const checked = checkRemoval(htlc, removal)
  if (!checked.ok) return checked
  const remoteChanges = {
    ...commitments.remoteChanges,
    proposed: [...commitments.remoteChanges.proposed, removal],
  }
  const known = removal.type !== 'fulfill' || commitments.fulfilledHtlcs.includes(removal.id)
  const fulfilledHtlcs = known ? commitments.fulfilledHtlcs : [...commitments.fulfilledHtlcs, removal.id]
  return ok({
    channel: { ...channel, commitments: { ...commitments, remoteChanges, fulfilledHtlcs } },
    htlc: checked.value,
  })
}

function checkRemoval(htlc: Htlc | undefined, removal: Removal): Result<Htlc, ChannelViolation> {
  if (!htlc) return err(violation('unknown-htlc-id', `HTLC ${removal.id} is not there to be removed`))
  if (removal.type === 'fulfill' && !equalBytes(sha256(removal.paymentPreimage), htlc.paymentHash)) {
    return err(violation('wrong-preimage', `HTLC ${htlc.id} pays for ${bytesToHex(htlc.paymentHash)}`))
  }
  if (removal.type === 'fail-malformed' && (removal.failureCode & BADONION) === 0) {
    return err(violation('badonion-bit-missing', `failure code ${removal.failureCode}`))
  }
  return ok(htlc)
}
