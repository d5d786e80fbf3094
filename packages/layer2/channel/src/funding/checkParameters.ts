import { err, ok, type Result } from '@ply/bytes'
import type { Sats } from '@ply/primitives'
import { checkShutdownScript } from '../closing/shutdownScript.ts'
import type { ChannelEnv } from '../env.ts'
import type { ChannelParameters } from '../parameters.ts'
import { type ChannelViolation, violation } from '../violation.ts'

/** BOLT 2: more HTLCs than this would not fit a penalty transaction. */
const MAX_ACCEPTED_HTLCS = 483
/** BOLT 3: the least dust limit under which every output type is standard. */
const MIN_DUST_LIMIT = 354n
const MILLION = 1_000_000n

/**
 * The rules on a peer's parameters that open_channel and accept_channel share. Violations: `to-self-delay-too-large`,
 * `too-many-accepted-htlcs`, `no-accepted-htlcs`, `dust-limit-too-small`, `dust-limit-too-large`,
 * `reserve-too-large`, `htlc-minimum-too-large`, `max-in-flight-too-small`, `invalid-shutdown-script`.
 */
export function checkParameters(
  remote: ChannelParameters,
  fundingSatoshis: Sats,
  { policy, anySegwitShutdown }: ChannelEnv,
): Result<void, ChannelViolation> {
  const { dustLimitSatoshis: dust, upfrontShutdownScript: script } = remote
  if (remote.toSelfDelay > policy.maxToSelfDelay) {
    return err(violation('to-self-delay-too-large', `${remote.toSelfDelay} blocks, at most ${policy.maxToSelfDelay}`))
  }
  if (remote.maxAcceptedHtlcs > MAX_ACCEPTED_HTLCS) {
    return err(violation('too-many-accepted-htlcs', `${remote.maxAcceptedHtlcs}, at most ${MAX_ACCEPTED_HTLCS}`))
  }
  if (remote.maxAcceptedHtlcs === 0) return err(violation('no-accepted-htlcs', 'the peer accepts no HTLC'))
  if (dust < MIN_DUST_LIMIT) return err(violation('dust-limit-too-small', `${dust} sat, at least ${MIN_DUST_LIMIT}`))
  if (dust > policy.maxDustLimitSatoshis) {
    return err(violation('dust-limit-too-large', `${dust} sat, at most ${policy.maxDustLimitSatoshis}`))
  }
  const largestReserve = (fundingSatoshis * BigInt(policy.maxChannelReserveMillionths)) / MILLION
  if (remote.channelReserveSatoshis > (largestReserve > 1000n ? largestReserve : 1000n)) {
    return err(violation('reserve-too-large', `${remote.channelReserveSatoshis} sat, at most ${largestReserve}`))
  }
  if (remote.htlcMinimumMsat > policy.maxHtlcMinimumMsat) {
    return err(violation('htlc-minimum-too-large', `${remote.htlcMinimumMsat} msat`))
  }
  if (remote.maxHtlcValueInFlightMsat < remote.htlcMinimumMsat || remote.maxHtlcValueInFlightMsat === 0n) {
    return err(violation('max-in-flight-too-small', `${remote.maxHtlcValueInFlightMsat} msat`))
  }
  return script.length > 0 ? checkShutdownScript(script, anySegwitShutdown) : ok(undefined)
}

/** Our own parameters for a channel of this size. The reserve is at least the peer's dust limit, once it is known. */
export function createLocalParameters(
  keysId: Uint8Array,
  funding: { readonly fundingSatoshis: Sats; readonly remoteDustLimit?: Sats },
  { policy, signer }: ChannelEnv,
): ChannelParameters {
  const share = (funding.fundingSatoshis * BigInt(policy.channelReserveMillionths)) / MILLION
  // 1000 satoshi is the least reserve that other implementations work with.
  const reserve = [share, 1000n, policy.dustLimitSatoshis, funding.remoteDustLimit ?? 0n].reduce((a, b) =>
    a > b ? a : b,
  )
  return {
    dustLimitSatoshis: policy.dustLimitSatoshis,
    maxHtlcValueInFlightMsat: ((funding.fundingSatoshis * 1000n * BigInt(policy.maxHtlcValueInFlightPercent)) /
      100n) as ChannelParameters['maxHtlcValueInFlightMsat'],
    channelReserveSatoshis: reserve as Sats,
    htlcMinimumMsat: policy.htlcMinimumMsat,
    toSelfDelay: policy.toSelfDelay,
    maxAcceptedHtlcs: policy.maxAcceptedHtlcs,
    keys: signer.publicKeys(keysId),
    upfrontShutdownScript: new Uint8Array(0),
  }
}
