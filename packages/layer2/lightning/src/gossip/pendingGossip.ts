import type { PendingChannel } from '@ply/routing'
import type { ChannelUpdate, NodeAnnouncement, ShortChannelId } from '@ply/wire'
import type { PeerId } from '../state.ts'

/** A channel whose funding output is being looked up, and gossip that hangs on it. */
export interface AwaitedChannel {
  readonly pending: PendingChannel
  readonly from: PeerId
  readonly updates: readonly ChannelUpdate[]
  readonly nodes: readonly NodeAnnouncement[]
}

/** A message to pass on, and when it says it was made. */
export interface OutgoingGossip {
  readonly bytes: Uint8Array
  readonly timestamp: number
  readonly from: PeerId | undefined
}

export interface PendingGossip {
  readonly awaited: Map<ShortChannelId, AwaitedChannel>
  outbox: OutgoingGossip[]
  flushedAt: number
}

/** Lookups that may be under way at once: more gossip waits until its sender repeats it. */
export const MAX_AWAITED = 2000
