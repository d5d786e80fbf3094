import { equalBytes, err, ok, type Result } from '@ply/bytes'
import { computeCommitmentFee, computeOpenerCost } from '../transactions/weights.ts'
import type { AcceptChannel, OpenChannel } from '@ply/wire'
import { checkFeerate } from '../commitment/updateFee.ts'
import type { ChannelEnv } from '../env.ts'
import type { ChannelParameters, CommitmentFormat } from '../parameters.ts'
import type { OpeningTerms } from '../state.ts'
import { type ChannelViolation, violation } from '../violation.ts'
import { decodeChannelType, encodeChannelType } from './channelType.ts'
import { checkParameters } from './checkParameters.ts'

/** The parameters that a side announced. */
export const parametersOf = (message: OpenChannel | AcceptChannel): ChannelParameters => ({
  dustLimitSatoshis: message.dustLimitSatoshis,
  maxHtlcValueInFlightMsat: message.maxHtlcValueInFlightMsat,
  channelReserveSatoshis: message.channelReserveSatoshis,
  htlcMinimumMsat: message.htlcMinimumMsat,
  toSelfDelay: message.toSelfDelay,
  maxAcceptedHtlcs: message.maxAcceptedHtlcs,
  keys: {
    fundingPubkey: message.fundingPubkey,
    revocationBasepoint: message.revocationBasepoint,
    paymentBasepoint: message.paymentBasepoint,
    delayedPaymentBasepoint: message.delayedPaymentBasepoint,
    htlcBasepoint: message.htlcBasepoint,
  },
  upfrontShutdownScript: message.upfrontShutdownScript ?? new Uint8Array(0),
})

/** The fields that open_channel and accept_channel share. */
function sharedFields(local: ChannelParameters, firstPerCommitmentPoint: Uint8Array, format: CommitmentFormat) {
  const { keys, ...limits } = local
  return { ...limits, ...keys, firstPerCommitmentPoint, channelType: encodeChannelType(format) }
}

/** open_channel for our terms. */
export const createOpenChannel = (terms: OpeningTerms, { chainHash, signer }: ChannelEnv): OpenChannel => ({
  type: 'open_channel',
  chainHash,
  temporaryChannelId: terms.temporaryChannelId,
  fundingSatoshis: terms.fundingSatoshis,
  pushMsat: terms.pushMsat,
  feeratePerKw: terms.feeratePerKw,
  channelFlags: terms.announceChannel ? 1 : 0,
  ...sharedFields(terms.local, signer.perCommitmentPoint(terms.keysId, 0), terms.format),
})

/** accept_channel for our terms. */
export const createAcceptChannel = (terms: OpeningTerms, { policy, signer }: ChannelEnv): AcceptChannel => ({
  type: 'accept_channel',
  temporaryChannelId: terms.temporaryChannelId,
  minimumDepth: policy.minimumDepth,
  ...sharedFields(terms.local, signer.perCommitmentPoint(terms.keysId, 0), terms.format),
})

function checkChannelType({ type, channelType }: OpenChannel | AcceptChannel): Result<Uint8Array, ChannelViolation> {
  return channelType ? ok(channelType) : err(violation('channel-type-missing', `${type} without channel_type`))
}

type Limits = Pick<ChannelParameters, 'dustLimitSatoshis' | 'channelReserveSatoshis'>

/** No reserve is dust: the peer's dust limit lies under the reserve it keeps, ours under the one that we keep. */
function checkReserves(theirs: Limits, ours: Limits): Result<void, ChannelViolation> {
  if (theirs.dustLimitSatoshis > ours.channelReserveSatoshis) {
    const detail = `dust limit ${theirs.dustLimitSatoshis} sat, reserve ${ours.channelReserveSatoshis} sat`
    return err(violation('dust-limit-over-reserve', detail))
  }
  if (theirs.channelReserveSatoshis < ours.dustLimitSatoshis) {
    const detail = `reserve ${theirs.channelReserveSatoshis} sat, our dust limit ${ours.dustLimitSatoshis} sat`
    return err(violation('reserve-under-dust-limit', detail))
  }
  return ok(undefined)
}

type OpeningAmounts = Pick<OpeningTerms, 'fundingSatoshis' | 'pushMsat' | 'feeratePerKw' | 'format'>

/**
 * Rules on the amounts of a new channel that bind whoever opens it. Violations: `funding-too-small`,
 * `funding-too-large`, `push-over-funding`, `opener-cannot-pay-fee`, `no-side-over-reserve`.
 */
export function checkOpeningAmounts(
  { fundingSatoshis, pushMsat, feeratePerKw, format }: OpeningAmounts,
  reserveSatoshis: bigint,
  { policy }: ChannelEnv,
): Result<void, ChannelViolation> {
  if (fundingSatoshis < policy.minFundingSatoshis) {
    return err(violation('funding-too-small', `${fundingSatoshis} sat, at least ${policy.minFundingSatoshis}`))
  }
  if (fundingSatoshis > policy.maxFundingSatoshis) {
    return err(violation('funding-too-large', `${fundingSatoshis} sat, at most ${policy.maxFundingSatoshis}`))
  }
  if (pushMsat > fundingSatoshis * 1000n) return err(violation('push-over-funding', `${pushMsat} msat`))
  const cost = computeOpenerCost(format, feeratePerKw, 0)
  const toOpener = (fundingSatoshis * 1000n - pushMsat) / 1000n - cost
  if (toOpener < 0n) {
    const fee = computeCommitmentFee(format, feeratePerKw, 0)
    return err(violation('opener-cannot-pay-fee', `fee of ${fee} sat at ${feeratePerKw} per kw`))
  }
  if (toOpener <= reserveSatoshis && pushMsat / 1000n <= reserveSatoshis) {
    return err(violation('no-side-over-reserve', `reserve ${reserveSatoshis} sat`))
  }
  return ok(undefined)
}

/**
 * Receiving open_channel (BOLT 2): the format that it asks for. Violations: `unknown-chain`, `channel-type-missing`,
 * `channel-type-unsuitable`, `dust-limit-over-reserve`, `feerate-too-low`, `feerate-too-high`, and those of
 * `checkOpeningAmounts` and `checkParameters`.
 */
export function checkOpenChannel(message: OpenChannel, env: ChannelEnv): Result<CommitmentFormat, ChannelViolation> {
  if (!equalBytes(message.chainHash, env.chainHash)) return err(violation('unknown-chain', 'chain_hash is not ours'))
  const channelType = checkChannelType(message)
  if (!channelType.ok) return channelType
  const format = decodeChannelType(channelType.value)
  if (!format || !env.policy.formats.includes(format)) {
    return err(violation('channel-type-unsuitable', format ?? 'unknown channel_type'))
  }
  const reserves = checkReserves(message, {
    dustLimitSatoshis: env.policy.dustLimitSatoshis,
    channelReserveSatoshis: message.channelReserveSatoshis,
  })
  if (!reserves.ok) return reserves
  const feerate = checkFeerate(message.feeratePerKw, env)
  if (!feerate.ok) return feerate
  const amounts = checkOpeningAmounts({ ...message, format }, message.channelReserveSatoshis, env)
  if (!amounts.ok) return amounts
  const parameters = checkParameters(parametersOf(message), message.fundingSatoshis, env)
  return parameters.ok ? ok(format) : parameters
}

/**
 * Receiving accept_channel. Violations: `temporary-channel-id-changed`, `channel-type-missing`,
 * `channel-type-changed`, `minimum-depth-too-large`, `reserve-under-dust-limit`, `dust-limit-over-reserve`, and those
 * of `checkParameters`.
 */
export function checkAcceptChannel(
  message: AcceptChannel,
  terms: OpeningTerms,
  env: ChannelEnv,
): Result<ChannelParameters, ChannelViolation> {
  if (!equalBytes(message.temporaryChannelId, terms.temporaryChannelId)) {
    return err(violation('temporary-channel-id-changed', 'accept_channel is for another channel'))
  }
  const channelType = checkChannelType(message)
  if (!channelType.ok) return channelType
  if (decodeChannelType(channelType.value) !== terms.format) {
    return err(violation('channel-type-changed', `asked for ${terms.format}`))
  }
  if (message.minimumDepth > env.policy.maxMinimumDepth) {
    return err(violation('minimum-depth-too-large', `${message.minimumDepth} blocks`))
  }
  const reserves = checkReserves(message, terms.local)
  if (!reserves.ok) return reserves
  const remote = parametersOf(message)
  const parameters = checkParameters(remote, terms.fundingSatoshis, env)
  return parameters.ok ? ok(remote) : parameters
}
