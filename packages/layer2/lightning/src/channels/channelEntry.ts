import { type Channel, channelOf, type ChannelState } from '@ply/channel'
import { type ChannelUpdate, shortChannelId, type ShortChannelId } from '@ply/wire'
import type { ForwardingPolicy } from '../command.ts'
import type { ChannelKey, PeerId, RequestId } from '../state.ts'
import type { ChannelRecord } from './channelRecord.ts'

/** One channel as the node keeps it. */
export interface ChannelEntry {
  /** Stays the same from the first message to the last: the key of `NodeCore.channels`. */
  readonly handle: string
  readonly peer: PeerId
  state: ChannelState
  record: ChannelRecord
  /** Hex of the `channel_id`; of the temporary one while there is no other. */
  wireId: ChannelKey
  /** The channel id is final, and the channel stored. */
  funded: boolean
  /** When its opening began, in seconds. */
  readonly startedAt: number
  /** Our own `open-channel` command waits for it. */
  openRequest: RequestId | undefined
  /** The wallet holds coins back for it. */
  fundingHeld: boolean
  /** The terms before the last change, and until when payers may not have heard of it. */
  previousPolicy: { readonly policy: ForwardingPolicy; readonly until: number } | undefined
  /** When payments ceased to flow, in seconds; undefined while they do. */
  pausedAt: number | undefined
  /** `channel_ready` went both ways on this connection: payments may flow. */
  usable: boolean
  /** Deep enough to be announced, on this connection. */
  announceable: boolean
  /** Our last `channel_update` for it, since the start. */
  ownUpdate: ChannelUpdate | undefined
  /** The peer's last `channel_update` for it. */
  remoteUpdate: ChannelUpdate | undefined
  /** Keys of the HTLCs of this channel in `NodeCore.incoming`. */
  readonly incoming: Set<string>
  /** We answered `announcement_signatures` on this connection. */
  signaturesSent: boolean
}

/** The channel behind the entry's state, once it has a funding outpoint. */
export const channelIn = (entry: ChannelEntry): Channel | undefined => channelOf(entry.state)

/** The id that the place of its funding output gives the channel. */
export function realShortId(entry: ChannelEntry): ShortChannelId | undefined {
  const channel = channelIn(entry)
  if (!channel?.fundingLocation) return undefined
  const { height, txIndex } = channel.fundingLocation
  return shortChannelId({ blockHeight: height, transactionIndex: txIndex, outputIndex: channel.fundingOutpoint.index })
}
