import type { Msats, Sats } from '@ply/primitives'

/** Which BOLT 3 transaction format the channel uses: `channel_type` without its variations. */
export type CommitmentFormat = 'static_remotekey' | 'anchors'

/** The public keys that one side names in `open_channel` or `accept_channel`; 33 bytes each. */
export interface ChannelPublicKeys {
  readonly fundingPubkey: Uint8Array
  readonly revocationBasepoint: Uint8Array
  readonly paymentBasepoint: Uint8Array
  readonly delayedPaymentBasepoint: Uint8Array
  readonly htlcBasepoint: Uint8Array
}

/**
 * What one side announced in `open_channel` or `accept_channel`. Reserve, delay and the HTLC limits bind the *other*
 * side; the dust limit is that of the announcer's own transactions.
 */
export interface ChannelParameters {
  readonly dustLimitSatoshis: Sats
  readonly maxHtlcValueInFlightMsat: Msats
  readonly channelReserveSatoshis: Sats
  readonly htlcMinimumMsat: Msats
  /** Blocks that the other side's own outputs are delayed. */
  readonly toSelfDelay: number
  readonly maxAcceptedHtlcs: number
  readonly keys: ChannelPublicKeys
  /** Empty where the side did not commit to a script. */
  readonly upfrontShutdownScript: Uint8Array
}

/** Per-commitment keys and amounts are seen from the owner of a commitment transaction: `local` or `remote`. */
export type Side = 'local' | 'remote'
