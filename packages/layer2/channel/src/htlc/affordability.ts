import { err, ok, type Result } from '@ply/bytes'
import { type ChannelViolation, violation } from '../violation.ts'
import type { Side } from '../parameters.ts'
import type { CommitmentSpec } from '../commitment/commitments.ts'
import type { CommitmentContext } from '../commitment/context.ts'
import { computeFee, computeOpenerCost, WEIGHTS } from '../transactions/weights.ts'
import { countHtlcOutputs } from './exposure.ts'

/** What the opener pays in msat for the commitment of `owner`: base fee and anchors. */
const openerCostMsat = (context: CommitmentContext, owner: Side, spec: CommitmentSpec): bigint =>
  1000n * computeOpenerCost(context.format, spec.feeratePerKw, countHtlcOutputs(context, owner, spec))

/**
 * What `side` has left in msat in the commitment of `owner`, after its reserve and, if it is the opener, the fee.
 * Negative: it cannot afford the commitment.
 */
export function computeHeadroom(
  context: CommitmentContext,
  { side, owner }: { readonly side: Side; readonly owner: Side },
  spec: CommitmentSpec,
): bigint {
  const isLocal = side === 'local'
  const reserve = isLocal ? context.remote.channelReserveSatoshis : context.local.channelReserveSatoshis
  const balance = isLocal ? spec.toLocalMsat : spec.toRemoteMsat
  const cost = isLocal === context.isOpener ? openerCostMsat(context, owner, spec) : 0n
  return balance - 1000n * reserve - cost
}

/** The opener's fee if the feerate doubled and one more HTLC came: kept free when offering (BOLT 2's fee spike buffer). */
export function computeFeeSpikeBuffer(context: CommitmentContext, owner: Side, spec: CommitmentSpec): bigint {
  const doubled = { ...spec, feeratePerKw: 2 * spec.feeratePerKw }
  return (
    openerCostMsat(context, owner, doubled) +
    1000n * computeFee(doubled.feeratePerKw, WEIGHTS[context.format].perHtlcOutput) -
    openerCostMsat(context, owner, spec)
  )
}

/** The sender of an HTLC keeps `headroom` msat. Violation `insufficient-funds` where that is negative. */
export const checkFunds = (headroom: bigint): Result<void, ChannelViolation> =>
  headroom >= 0n
    ? ok(undefined)
    : err(violation('insufficient-funds', `${-headroom} msat missing over reserve and fee`))

/** The opener keeps `headroom` msat after the fee. Violation `cannot-afford-fee` where that is negative. */
export const checkFee = (headroom: bigint): Result<void, ChannelViolation> =>
  headroom >= 0n ? ok(undefined) : err(violation('cannot-afford-fee', `${-headroom} msat missing for the opener's fee`))
