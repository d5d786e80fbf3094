import { err, ok, type Result } from '@ply/bytes'
import { FAIL_BACK_BLOCKS, OFFERED_GRACE_BLOCKS } from '@ply/channel'
import type { Failure, ForwardPayload } from '@ply/onion'
import { computeFee } from '@ply/routing'
import type { ForwardingPolicy } from '../command.ts'

/** BOLT 4 `max_htlc_cltv`: expiries further ahead than two weeks of blocks are not forwarded. */
export const MAX_HTLC_CLTV = 2016

export interface RelayCheck {
  readonly incoming: { readonly amountMsat: bigint; readonly cltvExpiry: number }
  readonly payload: ForwardPayload
  readonly policy: ForwardingPolicy
  readonly height: number
  /** Our last update for the outgoing channel, for the failure. */
  readonly channelUpdate: Uint8Array
}

/**
 * What BOLT 4 demands of an HTLC that is to be forwarded, as the first failure that applies: `amount_below_minimum`,
 * `fee_insufficient`, `incorrect_cltv_expiry`, `expiry_too_soon`, `expiry_too_far`.
 */
export function checkRelay({ incoming, payload, policy, height, channelUpdate }: RelayCheck): Result<void, Failure> {
  const { amtToForward, outgoingCltvValue } = payload
  if (amtToForward < policy.htlcMinimumMsat) {
    return err({ type: 'amount_below_minimum', htlcMsat: amtToForward, channelUpdate })
  }
  if (incoming.amountMsat < amtToForward + computeFee(amtToForward, policy)) {
    return err({ type: 'fee_insufficient', htlcMsat: incoming.amountMsat, channelUpdate })
  }
  if (incoming.cltvExpiry < outgoingCltvValue + policy.cltvExpiryDelta) {
    return err({ type: 'incorrect_cltv_expiry', cltvExpiry: outgoingCltvValue, channelUpdate })
  }
  if (incoming.cltvExpiry <= height + FAIL_BACK_BLOCKS || outgoingCltvValue <= height + OFFERED_GRACE_BLOCKS) {
    return err({ type: 'expiry_too_soon', channelUpdate })
  }
  if (incoming.cltvExpiry > height + MAX_HTLC_CLTV) return err({ type: 'expiry_too_far' })
  return ok(undefined)
}
