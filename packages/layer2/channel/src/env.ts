import type { BlockHash, BlockHeight, Msats, Sats } from '@ply/primitives'
import type { ChannelSigner } from './keys/signer.ts'
import type { CommitmentFormat } from './parameters.ts'

/** Feerates in satoshi per 1000 weight units, as the node estimates them now. */
export interface Feerates {
  /** For commitment transactions: with anchors enough to enter a mempool. */
  readonly commitment: number
  /** For mutual closes. */
  readonly mutualClose: number
  /** For spending our outputs once a commitment is on chain. */
  readonly claim: number
}

/** What this node offers and accepts. See `DEFAULT_POLICY`. */
export interface ChannelPolicy {
  readonly formats: readonly CommitmentFormat[]
  readonly dustLimitSatoshis: Sats
  readonly htlcMinimumMsat: Msats
  /** Share of the capacity that the peer may have in flight, in percent. */
  readonly maxHtlcValueInFlightPercent: number
  readonly maxAcceptedHtlcs: number
  /** Blocks by which the peer's own outputs are delayed. */
  readonly toSelfDelay: number
  /** Blocks until `channel_ready`, for channels that the peer funds. */
  readonly minimumDepth: number
  /** Reserve demanded of the peer, in millionths of the capacity; never under either dust limit. */
  readonly channelReserveMillionths: number
  readonly minFundingSatoshis: Sats
  /** Without `option_support_large_channel`: 2²⁴ − 1. */
  readonly maxFundingSatoshis: Sats
  readonly maxToSelfDelay: number
  readonly maxMinimumDepth: number
  readonly maxDustLimitSatoshis: Sats
  /** Largest `htlc_minimum_msat` and reserve (in millionths of the capacity) that we put up with. */
  readonly maxHtlcMinimumMsat: Msats
  readonly maxChannelReserveMillionths: number
  /** The peer's feerate may lie in [min, max(maxFeerateFloor, maxFeerateFactor × our estimate)]. */
  readonly minFeeratePerKw: number
  readonly maxFeerateFloor: number
  readonly maxFeerateFactor: number
  readonly maxDustHtlcExposureMsat: Msats
  /** We pay, or accept as non-opener, mutual close feerates up to this many times our estimate. */
  readonly maxCloseFeerateFactor: number
  /** Confirmations after which a spend on chain is final (BOLT 5 says 100). */
  readonly irrevocableDepth: number
  /** Confirmations after which an HTLC that timed out on chain is failed upstream. */
  readonly failUpstreamDepth: number
}

/** Snapshot of the world for one transition, and the signer. */
export interface ChannelEnv {
  /** Height of the best block. */
  readonly height: BlockHeight
  /** The chain's genesis hash: `chain_hash`. */
  readonly chainHash: BlockHash
  readonly feerates: Feerates
  readonly policy: ChannelPolicy
  readonly signer: ChannelSigner
  /** Script of our wallet: mutual closes of new channels and all sweeps pay to it. */
  readonly walletScript: Uint8Array
  /** `option_shutdown_anysegwit` was negotiated with this peer. */
  readonly anySegwitShutdown: boolean
}

/** What of it decides who may claim which output on chain. */
export type ResolutionEnv = Pick<ChannelEnv, 'signer' | 'policy'>
