import { equalBytes } from '@ply/bytes'
import {
  decodeShortIds,
  encodeShortIds,
  type GossipTimestampFilter,
  type QueryChannelRange,
  type QueryShortChannelIds,
  shortChannelIdParts,
} from '@ply/wire'
import type { Peer } from '../peers/peer.ts'
import type { Turn } from '../turn.ts'
import { drainBacklogs } from './relay.ts'

/** Short channel ids that fit one `reply_channel_range`. */
const IDS_PER_REPLY = 8000

/** The peer says which gossip it wants from now on, and gets what we have of it (BOLT 7). */
export function onTimestampFilter(turn: Turn, peer: Peer, message: GossipTimestampFilter): void {
  const { core } = turn
  if (!equalBytes(message.chainHash, core.chainHash)) return
  const filter = { from: message.firstTimestamp, to: message.firstTimestamp + message.timestampRange }
  // A second full request before the first is answered would only pile up.
  if (peer.backlog.length > core.graph.channelCount) return
  const backlog = [...core.graph.channels()]
    .filter(({ edges }) =>
      edges.some((edge) => edge && edge.update.timestamp >= filter.from && edge.update.timestamp < filter.to),
    )
    .map(({ shortChannelId }) => shortChannelId)
  core.peers.set(peer.id, { ...peer, filter, backlog: [...peer.backlog, ...backlog] })
  drainBacklogs(turn)
}

/** Which channels do we know in these blocks? In as many replies as it takes, ordered by block. */
export function onQueryChannelRange(turn: Turn, peer: Peer, query: QueryChannelRange): void {
  const { core } = turn
  const { firstBlocknum, numberOfBlocks, chainHash } = query
  const known = equalBytes(chainHash, core.chainHash) ? core.graph.channelsInBlocks(firstBlocknum, numberOfBlocks) : []
  const end = firstBlocknum + numberOfBlocks
  let from = firstBlocknum
  for (let at = 0; at === 0 || at < known.length; at += IDS_PER_REPLY) {
    const ids = known.slice(at, at + IDS_PER_REPLY)
    const last = at + IDS_PER_REPLY >= known.length
    // A block whose channels do not fit is split: then the next reply starts at the same block.
    const next = last ? end : shortChannelIdParts(known[at + IDS_PER_REPLY]!).blockHeight
    turn.send(peer.id, {
      type: 'reply_channel_range',
      chainHash,
      firstBlocknum: from,
      numberOfBlocks: Math.max(1, next - from),
      syncComplete: last ? 1 : 0,
      encodedShortIds: encodeShortIds(ids),
    })
    from = next
  }
}

/** Sends the gossip of the channels that the peer names. */
export function onQueryShortIds(turn: Turn, peer: Peer, query: QueryShortChannelIds): void {
  const { core } = turn
  const ids = decodeShortIds(query.encodedShortIds)
  if (!equalBytes(query.chainHash, core.chainHash) || !ids.ok) {
    turn.send(peer.id, { type: 'reply_short_channel_ids_end', chainHash: query.chainHash, fullInformation: 0 })
    return
  }
  if (peer.backlogIsQuery) {
    // BOLT 7: the next query has to wait for the end of the last.
    turn.effect({ type: 'disconnect', peer: peer.id, reason: 'two queries at once' })
    return
  }
  core.peers.set(peer.id, { ...peer, backlog: [...peer.backlog, ...ids.value], backlogIsQuery: true })
  drainBacklogs(turn)
}
