import { err, ok, type Result } from '@ply/bytes'
import type { CommitmentSpec, Commitments, Htlc } from '../commitment/commitments.ts'
import { proposedLocalSpec, proposedRemoteSpec } from '../commitment/views.ts'
import type { ChannelEnv } from '../env.ts'
import type { ChannelParameters, Side } from '../parameters.ts'
import type { Channel } from '../state.ts'
import { type ChannelViolation, violation } from '../violation.ts'
import { checkFee, checkFunds, computeFeeSpikeBuffer, computeHeadroom } from './affordability.ts'
import { checkDustExposure, computeDustExposure, isDustFor } from './exposure.ts'

/** `cltv_expiry` at and above this would be a time, not a height. */
const MAX_CLTV_EXPIRY = 500_000_000

type Check = Result<void, ChannelViolation>

/** Rules on the HTLC alone, with the limits that its receiver announced. */
function checkFields(htlc: Htlc, receiver: ChannelParameters): Check {
  const { amountMsat, cltvExpiry } = htlc
  if (amountMsat <= 0n) return err(violation('htlc-amount-zero', 'HTLC of 0 msat'))
  if (amountMsat < receiver.htlcMinimumMsat) {
    return err(violation('htlc-under-minimum', `${amountMsat} msat, at least ${receiver.htlcMinimumMsat}`))
  }
  if (cltvExpiry >= MAX_CLTV_EXPIRY) return err(violation('cltv-expiry-too-large', `cltv_expiry ${cltvExpiry}`))
  return ok(undefined)
}

/** Number and total of the HTLCs that flow in one direction, against the receiver's limits. */
function checkLimits(spec: CommitmentSpec, direction: Htlc['direction'], receiver: ChannelParameters): Check {
  const htlcs = spec.htlcs.filter((htlc) => htlc.direction === direction)
  if (htlcs.length > receiver.maxAcceptedHtlcs) {
    return err(violation('too-many-htlcs', `${htlcs.length} HTLCs, at most ${receiver.maxAcceptedHtlcs}`))
  }
  const total = htlcs.reduce((sum, htlc) => sum + htlc.amountMsat, 0n)
  if (total > receiver.maxHtlcValueInFlightMsat) {
    const detail = `${total} msat in flight, at most ${receiver.maxHtlcValueInFlightMsat}`
    return err(violation('htlc-value-in-flight-too-high', detail))
  }
  return ok(undefined)
}

/** The sum of trimmed HTLCs stays under our limit, or the new HTLC is not one of them. */
function exceedsDustExposure(channel: Channel, htlc: Htlc, env: ChannelEnv): boolean {
  const { commitments } = channel
  const specs: readonly (readonly [Side, CommitmentSpec])[] = [
    ['remote', proposedRemoteSpec(commitments)],
    ['local', proposedLocalSpec(commitments)],
  ]
  return specs.some(([owner, spec]) => {
    const others = { ...spec, htlcs: spec.htlcs.filter((other) => !isSame(other, htlc)) }
    const exposure = computeDustExposure(channel, owner, others) + htlc.amountMsat
    return isDustFor(channel, owner, spec, htlc) && exposure > env.policy.maxDustHtlcExposureMsat
  })
}

const isSame = (a: Htlc, b: Htlc): boolean => a.direction === b.direction && a.id === b.id

/** True if a received HTLC should be failed because too much would be lost to fees (BOLT 2, dust exposure). */
export const isOverDustExposure = (channel: Channel, htlc: Htlc, env: ChannelEnv): boolean =>
  exceedsDustExposure(channel, htlc, env)

const withUpdates = (channel: Channel, commitments: Commitments): Channel => ({ ...channel, commitments })

/**
 * Offers an HTLC (BOLT 2, sending update_add_htlc): the channel with the update proposed. Violations:
 * `htlc-amount-zero`, `htlc-under-minimum`, `cltv-expiry-too-large`, `cltv-expiry-too-soon`, `too-many-htlcs`,
 * `htlc-value-in-flight-too-high`, `insufficient-funds`, `cannot-afford-fee`, `dust-exposure-too-high`.
 */
export function offerHtlc(
  channel: Channel,
  offer: Omit<Htlc, 'direction' | 'id'>,
  env: ChannelEnv,
): Result<{ readonly channel: Channel; readonly htlc: Htlc }, ChannelViolation> {
  const { commitments, remote } = channel
  const htlc: Htlc = { ...offer, direction: 'offered', id: commitments.localNextHtlcId }
  const fields = checkFields(htlc, remote)
  if (!fields.ok) return fields
  if (htlc.cltvExpiry <= env.height) {
    return err(violation('cltv-expiry-too-soon', `cltv_expiry ${htlc.cltvExpiry} at height ${env.height}`))
  }
  const next = withUpdates(channel, {
    ...commitments,
    localNextHtlcId: commitments.localNextHtlcId + 1n,
    localChanges: {
      ...commitments.localChanges,
      proposed: [...commitments.localChanges.proposed, { type: 'add', htlc }],
    },
  })
  const spec = proposedRemoteSpec(next.commitments)
  const limits = checkLimits(spec, 'offered', remote)
  if (!limits.ok) return limits
  const buffer = channel.isOpener ? computeFeeSpikeBuffer(channel, 'remote', spec) : 0n
  const funds = checkFunds(computeHeadroom(channel, { side: 'local', owner: 'remote' }, spec) - buffer)
  if (!funds.ok) return funds
  if (!channel.isOpener) {
    const fee = checkFee(computeHeadroom(channel, { side: 'remote', owner: 'remote' }, spec))
    if (!fee.ok) return fee
  }
  const exposure = checkDustExposure(exceedsDustExposure(channel, htlc, env), env)
  if (!exposure.ok) return exposure
  return ok({ channel: next, htlc })
}

/**
 * Takes an HTLC of the peer (BOLT 2, receiving update_add_htlc). Violations: `unexpected-htlc-id`,
 * `htlc-amount-zero`, `htlc-under-minimum`, `cltv-expiry-too-large`, `too-many-htlcs`,
 * `htlc-value-in-flight-too-high`, `insufficient-funds`, `cannot-afford-fee`.
 */
export function receiveHtlc(channel: Channel, htlc: Htlc): Result<Channel, ChannelViolation> {
  const { commitments, local } = channel
  if (htlc.id !== commitments.remoteNextHtlcId) {
    return err(violation('unexpected-htlc-id', `id ${htlc.id}, expected ${commitments.remoteNextHtlcId}`))
  }
  const fields = checkFields(htlc, local)
  if (!fields.ok) return fields
  const next = withUpdates(channel, {
    ...commitments,
    remoteNextHtlcId: commitments.remoteNextHtlcId + 1n,
    remoteChanges: {
      ...commitments.remoteChanges,
      proposed: [...commitments.remoteChanges.proposed, { type: 'add', htlc }],
    },
  })
  const spec = proposedLocalSpec(next.commitments)
  const limits = checkLimits(spec, 'received', local)
  if (!limits.ok) return limits
  const funds = checkFunds(computeHeadroom(channel, { side: 'remote', owner: 'local' }, spec))
  if (!funds.ok) return funds
  if (channel.isOpener) {
    const fee = checkFee(computeHeadroom(channel, { side: 'local', owner: 'local' }, spec))
    if (!fee.ok) return fee
  }
  return ok(next)
}
