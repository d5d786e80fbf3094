import { encodeMessage, type GossipMessage, type ShortChannelId } from '@ply/wire'
import type { Peer } from '../peers/peer.ts'
import type { PeerId } from '../state.ts'
import type { Turn } from '../turn.ts'

/** Gossip for one peer per tick: a whole graph must not fill the connection's buffers at once. */
const BACKLOG_PER_TICK = 500

const wants = ({ filter }: Peer, timestamp: number): boolean =>
  filter !== undefined && timestamp >= filter.from && timestamp < filter.to

/** Tells every peer what we have to say ourselves; no filter holds it back (BOLT 7). */
export function broadcastOwn(turn: Turn, message: GossipMessage): void {
  const bytes = encodeMessage(message)
  for (const peer of turn.core.peers.values()) if (peer.features) turn.sendBytes(peer.id, bytes)
}

/** Keeps other people's news until the next flush. */
export function queueRelay(turn: Turn, message: GossipMessage, timestamp: number, from: PeerId | undefined): void {
  turn.core.gossip.outbox.push({ bytes: encodeMessage(message), timestamp, from })
}

/** Passes the news on to the peers that asked for them (BOLT 7, staggered broadcast). */
export function flushRelay(turn: Turn): void {
  const { core, env } = turn
  const { gossip, peers, config } = core
  if (gossip.outbox.length === 0 || env.now < gossip.flushedAt + (config.gossipFlushInterval ?? 60)) return
  gossip.flushedAt = env.now
  for (const { bytes, timestamp, from } of gossip.outbox) {
    for (const peer of peers.values()) if (peer.id !== from && wants(peer, timestamp)) turn.sendBytes(peer.id, bytes)
  }
  gossip.outbox = []
}

/**
 * Sends one channel with its updates and the announcements of its nodes, in the order that lets the receiver use them.
 * Channels without an update are kept back (BOLT 7).
 */
export function sendChannelGossip(turn: Turn, peer: Peer, id: ShortChannelId): void {
  const { graph } = turn.core
  const channel = graph.channel(id)
  if (!channel || channel.spentAt !== undefined) return
  const updates = channel.edges.flatMap((edge) => (edge ? [edge.update] : []))
  if (updates.length === 0) return
  turn.send(peer.id, channel.announcement)
  for (const update of updates) turn.send(peer.id, update)
  for (const key of [channel.node1, channel.node2]) {
    const announcement = graph.node(key)?.announcement
    if (announcement) turn.send(peer.id, announcement)
  }
}

/** Sends each peer the next part of what it asked for. */
export function drainBacklogs(turn: Turn): void {
  const { core } = turn
  for (const peer of core.peers.values()) {
    if (peer.backlog.length === 0 && !peer.backlogIsQuery) continue
    for (const id of peer.backlog.slice(0, BACKLOG_PER_TICK)) sendChannelGossip(turn, peer, id)
    const backlog = peer.backlog.slice(BACKLOG_PER_TICK)
    const ended = backlog.length === 0
    if (ended && peer.backlogIsQuery) {
      turn.send(peer.id, { type: 'reply_short_channel_ids_end', chainHash: core.chainHash, fullInformation: 1 })
    }
    core.peers.set(peer.id, { ...peer, backlog, backlogIsQuery: peer.backlogIsQuery && !ended })
  }
}
