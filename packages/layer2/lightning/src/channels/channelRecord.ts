import type { FieldCodec } from '@ply/wire'
import type { ForwardingPolicy } from '../command.ts'
import type { PeerId } from '../state.ts'
import { boolean, bytes, fixed64, hex, optional, stored, struct, u16, u32, u64 } from '../store/fields.ts'

/** The peer's half of the announcement of a channel. */
export interface RemoteSignatures {
  readonly shortChannelId: bigint
  readonly nodeSignature: Uint8Array
  readonly bitcoinSignature: Uint8Array
}

/** What the node keeps about a channel beside the channel's own state. */
export interface ChannelRecord {
  readonly peer: PeerId
  readonly policy: ForwardingPolicy
  /** Timestamp of our last `channel_update` for it; 0 if there was none. */
  readonly lastUpdateAt: number
  /** The peer's last `channel_update` message for it. */
  readonly remoteUpdate: Uint8Array | undefined
  readonly remoteSignatures: RemoteSignatures | undefined
  /** Its announcement is complete. */
  readonly announced: boolean
}

const policy: FieldCodec<ForwardingPolicy> = struct({
  feeBaseMsat: u32,
  feeProportionalMillionths: u32,
  cltvExpiryDelta: u16,
  htlcMinimumMsat: u64,
  htlcMaximumMsat: optional(u64),
})

export const channelRecordCodec = stored<ChannelRecord>(
  struct({
    peer: hex(33),
    policy,
    lastUpdateAt: u32,
    remoteUpdate: optional(bytes),
    remoteSignatures: optional(struct({ shortChannelId: u64, nodeSignature: fixed64, bitcoinSignature: fixed64 })),
    announced: boolean,
  }),
)
