import { msats, sats } from '@ply/primitives'
import type { ChannelPolicy } from './env.ts'

/** What a node offers and accepts unless its operator says otherwise. */
export const DEFAULT_POLICY: ChannelPolicy = {
  formats: ['anchors', 'static_remotekey'],
  dustLimitSatoshis: sats(354),
  htlcMinimumMsat: msats(1),
  maxHtlcValueInFlightPercent: 100,
  maxAcceptedHtlcs: 50,
  toSelfDelay: 144,
  minimumDepth: 3,
  channelReserveMillionths: 10_000,
  minFundingSatoshis: sats(20_000),
  maxFundingSatoshis: sats(2 ** 24 - 1),
  maxToSelfDelay: 2016,
  maxMinimumDepth: 144,
  maxDustLimitSatoshis: sats(10_000),
  maxHtlcMinimumMsat: msats(100_000_000),
  maxChannelReserveMillionths: 200_000,
  minFeeratePerKw: 253,
  maxFeerateFloor: 25_000,
  maxFeerateFactor: 10,
  maxDustHtlcExposureMsat: msats(50_000_000),
  maxCloseFeerateFactor: 3,
  irrevocableDepth: 100,
  failUpstreamDepth: 3,
}
