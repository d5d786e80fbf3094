import type { Features, ShortChannelId } from '@ply/wire'
import type { NetworkAddress, PeerId } from '../state.ts'

/** One live connection. */
export interface Peer {
  readonly id: PeerId
  readonly outbound: boolean
  readonly address: NetworkAddress | undefined
  /** From its `init`; nothing else counts before. */
  readonly features: Features | undefined
  readonly lastReceivedAt: number
  /** A ping of ours that waits for its pong. */
  readonly pingedAt: number | undefined
  /** Gossip that it asked for; undefined: none. */
  readonly filter: { readonly from: number; readonly to: number } | undefined
  /** Channels whose gossip it is still to get. */
  readonly backlog: readonly ShortChannelId[]
  /** The backlog answers `query_short_channel_ids`, and ends with a message that says so. */
  readonly backlogIsQuery: boolean
}
