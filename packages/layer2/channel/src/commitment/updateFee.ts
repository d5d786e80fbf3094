import { err, ok, type Result } from '@ply/bytes'
import type { ChannelEnv } from '../env.ts'
import { checkFee, computeHeadroom } from '../htlc/affordability.ts'
import { checkDustExposure, computeDustExposure } from '../htlc/exposure.ts'
import type { Channel } from '../state.ts'
import { type ChannelViolation, violation } from '../violation.ts'
import type { Update } from './commitments.ts'
import { proposedLocalSpec, proposedRemoteSpec } from './views.ts'

/** A feerate that the peer chose lies within our bounds. Violations: `feerate-too-low`, `feerate-too-high`. */
export function checkFeerate(feeratePerKw: number, { policy, feerates }: ChannelEnv): Result<void, ChannelViolation> {
  if (feeratePerKw < policy.minFeeratePerKw) {
    return err(violation('feerate-too-low', `${feeratePerKw} per kw, at least ${policy.minFeeratePerKw}`))
  }
  const highest = Math.max(policy.maxFeerateFloor, policy.maxFeerateFactor * feerates.commitment)
  if (feeratePerKw > highest) return err(violation('feerate-too-high', `${feeratePerKw} per kw, at most ${highest}`))
  return ok(undefined)
}

const checkFeeSender = (isOpener: boolean): Result<void, ChannelViolation> =>
  isOpener ? ok(undefined) : err(violation('fee-from-non-opener', 'only the opener sets the feerate'))

/** A later fee update replaces an earlier one that is still proposed. */
const replaceFee = (proposed: readonly Update[], feeratePerKw: number): readonly Update[] => [
  ...proposed.filter((update) => update.type !== 'fee'),
  { type: 'fee', feeratePerKw },
]

/** Proposes a new feerate (opener only). Violations: `fee-from-non-opener`, `cannot-afford-fee`, `dust-exposure-too-high`. */
export function proposeFee(channel: Channel, feeratePerKw: number, env: ChannelEnv): Result<Channel, ChannelViolation> {
  const sender = checkFeeSender(channel.isOpener)
  if (!sender.ok) return sender
  const { commitments } = channel
  const next: Channel = {
    ...channel,
    commitments: {
      ...commitments,
      localChanges: {
        ...commitments.localChanges,
        proposed: replaceFee(commitments.localChanges.proposed, feeratePerKw),
      },
    },
  }
  const spec = proposedRemoteSpec(next.commitments)
  const fee = checkFee(computeHeadroom(channel, { side: 'local', owner: 'remote' }, spec))
  if (!fee.ok) return fee
  const exceeded = computeDustExposure(channel, 'remote', spec) > env.policy.maxDustHtlcExposureMsat
  const exposure = checkDustExposure(exceeded, env)
  return exposure.ok ? ok(next) : exposure
}

/**
 * Takes the opener's new feerate (BOLT 2, update_fee). Violations: `fee-from-non-opener`, `feerate-too-low`,
 * `feerate-too-high`, `cannot-afford-fee`.
 */
export function receiveFee(channel: Channel, feeratePerKw: number, env: ChannelEnv): Result<Channel, ChannelViolation> {
  const sender = checkFeeSender(!channel.isOpener)
  if (!sender.ok) return sender
  const feerate = checkFeerate(feeratePerKw, env)
  if (!feerate.ok) return feerate
  const { commitments } = channel
  const next: Channel = {
    ...channel,
    commitments: {
      ...commitments,
      remoteChanges: {
        ...commitments.remoteChanges,
        proposed: replaceFee(commitments.remoteChanges.proposed, feeratePerKw),
      },
    },
  }
  const fee = checkFee(
    computeHeadroom(channel, { side: 'remote', owner: 'local' }, proposedLocalSpec(next.commitments)),
  )
  return fee.ok ? ok(next) : fee
}
