import { err, ok, type Result } from '@ply/bytes'
import type { ChannelEnv } from '../env.ts'
import { type ChannelViolation, violation } from '../violation.ts'
import { type Msats, msats } from '@ply/primitives'
import type { CommitmentSpec, Htlc } from '../commitment/commitments.ts'
import type { CommitmentContext } from '../commitment/context.ts'
import { isTrimmed } from '../transactions/trimming.ts'
import type { Side } from '../parameters.ts'

/** True if the HTLC gets no output in the commitment of `owner`. */
export function isDustFor(context: CommitmentContext, owner: Side, spec: CommitmentSpec, htlc: Htlc): boolean {
  const { dustLimitSatoshis } = owner === 'local' ? context.local : context.remote
  return isTrimmed(
    { format: context.format, feeratePerKw: spec.feeratePerKw, dustLimit: dustLimitSatoshis },
    { offeredByOwner: (htlc.direction === 'offered') === (owner === 'local'), amountMsat: htlc.amountMsat },
  )
}

/** Number of HTLC outputs in the commitment of `owner`. */
export const countHtlcOutputs = (context: CommitmentContext, owner: Side, spec: CommitmentSpec): number =>
  spec.htlcs.reduce((count, htlc) => (isDustFor(context, owner, spec, htlc) ? count : count + 1), 0)

/** Sum of the HTLCs that would be lost to fees if the commitment of `owner` confirmed (BOLT 2, dust exposure). */
export const computeDustExposure = (context: CommitmentContext, owner: Side, spec: CommitmentSpec): Msats =>
  msats(spec.htlcs.reduce((sum, htlc) => (isDustFor(context, owner, spec, htlc) ? sum + htlc.amountMsat : sum), 0n))

/** Violation `dust-exposure-too-high` where the limit is exceeded. */
export const checkDustExposure = (exceeded: boolean, { policy }: ChannelEnv): Result<void, ChannelViolation> =>
  exceeded
    ? err(violation('dust-exposure-too-high', `over ${policy.maxDustHtlcExposureMsat} msat would go to fees`))
    : ok(undefined)
