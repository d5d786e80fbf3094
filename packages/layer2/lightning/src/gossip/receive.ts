import { bytesToHex, equalBytes, hexToBytes, utf8ToBytes } from '@ply/bytes'
import {
  checkChannelAnnouncement,
  checkChannelUpdate,
  checkNodeAnnouncement,
  type GossipViolation,
  isDontForward,
  updateDirection,
} from '@ply/routing'
import {
  ALL_CHANNELS,
  type ChannelAnnouncement,
  type ChannelUpdate,
  encodeMessage,
  type NodeAnnouncement,
  type ShortChannelId,
  shortChannelIdParts,
} from '@ply/wire'
import { findByShortId, storeRecord } from '../channels/registry.ts'
import type { NodeEvent } from '../event.ts'
import type { PeerId } from '../state.ts'
import type { Turn } from '../turn.ts'
import { storeGraphChannel, storeGraphNode, storeGraphUpdate } from './graphStore.ts'
import { MAX_AWAITED } from './pendingGossip.ts'
import { queueRelay } from './relay.ts'

/** Confirmations that a channel needs before it may be announced. */
const ANNOUNCE_DEPTH = 6
/** Messages kept for one channel whose funding is being looked up. */
const MAX_QUEUED = 8

/** What a broken gossip rule costs its sender: only a forged signature costs the connection. */
function punish(turn: Turn, peer: PeerId, { code, detail }: GossipViolation): void {
  if (code !== 'invalid-signature' && code !== 'node-ids-not-ascending') return
  turn.send(peer, { type: 'warning', channelId: ALL_CHANNELS, data: utf8ToBytes(`${code}: ${detail}`) })
  turn.effect({ type: 'disconnect', peer, reason: code })
}

/** A channel that we do not know yet: once its signatures are right, the chain is asked. */
export function onChannelAnnouncement(turn: Turn, peer: PeerId, announcement: ChannelAnnouncement): void {
  const { core } = turn
  const { awaited } = core.gossip
  const { shortChannelId } = announcement
  const { blockHeight } = shortChannelIdParts(shortChannelId)
  if (core.graph.channel(shortChannelId) || awaited.has(shortChannelId) || awaited.size >= MAX_AWAITED) return
  // Our own channels come into the graph when both signatures are exchanged.
  if ([announcement.nodeId1, announcement.nodeId2].some((id) => equalBytes(id, core.nodeId))) return
  if (blockHeight + ANNOUNCE_DEPTH - 1 > turn.height + 1) return
  const checked = checkChannelAnnouncement(announcement, core.chainHash)
  if (!checked.ok) {
    punish(turn, peer, checked.error)
    return
  }
  awaited.set(shortChannelId, { pending: checked.value, from: peer, updates: [], nodes: [] })
  turn.effect({ type: 'check-funding', shortChannelId, scriptPubKey: checked.value.fundingScript })
}

/** The chain's answer about an announced channel. */
export function onFundingChecked(turn: Turn, event: Extract<NodeEvent, { readonly type: 'funding-checked' }>): void {
  const { core } = turn
  const id = event.shortChannelId as ShortChannelId
  const found = core.gossip.awaited.get(id)
  core.gossip.awaited.delete(id)
  if (!found || !event.output || !equalBytes(event.output.scriptPubKey, found.pending.fundingScript)) return
  const { outpoint: funding, value: capacity } = event.output
  const added = core.graph.addChannel({ announcement: found.pending.announcement, capacity, funding })
  if (!added.ok) return
  storeGraphChannel(turn, added.value)
  turn.effect({ type: 'watch', txids: [], outpoints: [funding] })
  const [first] = found.updates
  if (first) queueRelay(turn, found.pending.announcement, first.timestamp, found.from)
  for (const update of found.updates) onChannelUpdate(turn, found.from, update)
  for (const node of found.nodes) onNodeAnnouncement(turn, found.from, node)
}

/** Terms of a public channel, or of the peer's end of one of ours. */
export function onChannelUpdate(turn: Turn, peer: PeerId, update: ChannelUpdate): void {
  const { core, env } = turn
  const { shortChannelId } = update
  const awaited = core.gossip.awaited.get(shortChannelId)
  if (awaited) {
    if (awaited.updates.length < MAX_QUEUED) {
      core.gossip.awaited.set(shortChannelId, { ...awaited, updates: [...awaited.updates, update] })
    }
    return
  }
  onUpdateOfPeer(turn, peer, update)
  const channel = core.graph.channel(shortChannelId)
  if (!channel || isDontForward(update)) return
  const direction = updateDirection(update)
  const { announcement } = channel
  const nodeId = direction === 0 ? announcement.nodeId1 : announcement.nodeId2
  if (equalBytes(nodeId, core.nodeId)) return
  const lastTimestamp = channel.edges[direction]?.update.timestamp
  const checked = checkChannelUpdate(update, { chainHash: core.chainHash, nodeId, lastTimestamp, now: env.now })
  if (!checked.ok) {
    punish(turn, peer, checked.error)
    return
  }
  const first = channel.edges.every((edge) => edge === undefined)
  if (!core.graph.applyUpdate(update).ok) return
  storeGraphUpdate(turn, update)
  if (first) queueRelay(turn, announcement, update.timestamp, peer)
  queueRelay(turn, update, update.timestamp, peer)
}

/** The other end's terms for one of our channels, public or not: route hints need them. */
function onUpdateOfPeer(turn: Turn, peer: PeerId, update: ChannelUpdate): void {
  const { core, env } = turn
  const entry = findByShortId(core, update.shortChannelId)
  if (!entry || entry.peer !== peer) return
  const direction = core.nodeKey < peer ? 1 : 0
  if (updateDirection(update) !== direction) return
  const checked = checkChannelUpdate(update, {
    chainHash: core.chainHash,
    nodeId: hexToBytes(peer),
    lastTimestamp: entry.remoteUpdate?.timestamp,
    now: env.now,
  })
  if (!checked.ok) return
  entry.remoteUpdate = update
  entry.record = { ...entry.record, remoteUpdate: encodeMessage(update) }
  storeRecord(turn, entry)
}

/** What a node says of itself. */
export function onNodeAnnouncement(turn: Turn, peer: PeerId, announcement: NodeAnnouncement): void {
  const { core, env } = turn
  const key = bytesToHex(announcement.nodeId)
  if (key === core.nodeKey) return
  const node = core.graph.node(key)
  if (!node) {
    queueNode(turn, announcement)
    return
  }
  const lastTimestamp = node.announcement?.timestamp
  const checked = checkNodeAnnouncement(announcement, { lastTimestamp, now: env.now })
  if (!checked.ok) {
    punish(turn, peer, checked.error)
    return
  }
  if (!core.graph.applyNodeAnnouncement(announcement).ok) return
  storeGraphNode(turn, announcement)
  queueRelay(turn, announcement, announcement.timestamp, peer)
}

/** Keeps the announcement of a node whose first channel is being looked up. */
function queueNode({ core }: Turn, announcement: NodeAnnouncement): void {
  const { awaited } = core.gossip
  for (const [id, channel] of awaited) {
    const { nodeId1, nodeId2 } = channel.pending.announcement
    if (![nodeId1, nodeId2].some((node) => equalBytes(node, announcement.nodeId))) continue
    if (channel.nodes.length < MAX_QUEUED) awaited.set(id, { ...channel, nodes: [...channel.nodes, announcement] })
    return
  }
}
