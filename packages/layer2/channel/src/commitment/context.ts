import type { OutPoint, Sats } from '@ply/primitives'
import type { ChannelParameters, CommitmentFormat } from '../parameters.ts'
import { computeCommitmentKeys } from '../transactions/commitmentKeys.ts'
import type { CommitmentTerms } from '../transactions/commitmentTransaction.ts'
import { computeObscuringFactor } from '../transactions/obscuredNumber.ts'
import type { CommitmentSpec } from './commitments.ts'

/** The constants of a channel from which its commitment transactions are made. A `Channel` is one. */
export interface CommitmentContext {
  readonly keysId: Uint8Array
  readonly isOpener: boolean
  readonly format: CommitmentFormat
  readonly local: ChannelParameters
  readonly remote: ChannelParameters
  readonly fundingOutpoint: OutPoint
  readonly fundingSatoshis: Sats
}

/** A commitment: its number, its point, and what it holds. */
export interface NumberedSpec {
  readonly number: number
  readonly perCommitmentPoint: Uint8Array
  readonly spec: CommitmentSpec
}

/** XOR mask of the commitment numbers. */
export const obscuringFactorOf = ({ isOpener, local, remote }: CommitmentContext): bigint =>
  isOpener
    ? computeObscuringFactor(local.keys.paymentBasepoint, remote.keys.paymentBasepoint)
    : computeObscuringFactor(remote.keys.paymentBasepoint, local.keys.paymentBasepoint)

/** What our own commitment transaction is built from. */
export function localTerms(
  context: CommitmentContext,
  { number, perCommitmentPoint, spec }: NumberedSpec,
): CommitmentTerms {
  const { local, remote } = context
  return {
    format: context.format,
    fundingOutpoint: context.fundingOutpoint,
    number,
    obscuringFactor: obscuringFactorOf(context),
    keys: computeCommitmentKeys(local.keys, remote.keys, perCommitmentPoint),
    dustLimit: local.dustLimitSatoshis,
    toSelfDelay: remote.toSelfDelay,
    ownerIsOpener: context.isOpener,
    feeratePerKw: spec.feeratePerKw,
    toOwnerMsat: spec.toLocalMsat,
    toOtherMsat: spec.toRemoteMsat,
    htlcs: spec.htlcs.map((htlc) => ({ ...htlc, offeredByOwner: htlc.direction === 'offered' })),
  }
}

/** What the peer's commitment transaction is built from. */
export function remoteTerms(
  context: CommitmentContext,
  { number, perCommitmentPoint, spec }: NumberedSpec,
): CommitmentTerms {
  const { local, remote } = context
  return {
    format: context.format,
    fundingOutpoint: context.fundingOutpoint,
    number,
    obscuringFactor: obscuringFactorOf(context),
    keys: computeCommitmentKeys(remote.keys, local.keys, perCommitmentPoint),
    dustLimit: remote.dustLimitSatoshis,
    toSelfDelay: local.toSelfDelay,
    ownerIsOpener: !context.isOpener,
    feeratePerKw: spec.feeratePerKw,
    toOwnerMsat: spec.toRemoteMsat,
    toOtherMsat: spec.toLocalMsat,
    htlcs: spec.htlcs.map((htlc) => ({ ...htlc, offeredByOwner: htlc.direction === 'received' })),
  }
}
