import { assert, hexToBytes, utf8ToBytes } from '@ply/bytes'
import type { Channel } from '@ply/channel'
import { ecdsaVerify } from '@ply/crypto'
import type { Msats } from '@ply/primitives'
import {
  createChannelAnnouncement,
  createChannelUpdate,
  createNodeAnnouncement,
  directionOf,
  isDisabled,
  isDontForward,
  signChannelAnnouncement,
} from '@ply/routing'
import {
  type AnnouncementSignatures,
  type ChannelAnnouncement,
  type ChannelId,
  encodeMessage,
  gossipSignatureHash,
  type NodeId,
  type ShortChannelId,
  featuresInContext,
} from '@ply/wire'
import { type ChannelEntry, channelIn, realShortId } from '../channels/channelEntry.ts'
import { findByWireId, storeRecord } from '../channels/registry.ts'
import type { PeerId } from '../state.ts'
import type { Turn } from '../turn.ts'
import { parseNodeAddress } from './nodeAddress.ts'
import { storeGraphChannel, storeGraphNode, storeGraphUpdate } from './graphStore.ts'
import { broadcastOwn } from './relay.ts'

/** The most that one HTLC of ours may carry over the channel, as we announce it. */
function maximumMsat({ fundingSatoshis, remote }: Channel, wished: bigint | undefined): bigint {
  const bounds = [fundingSatoshis * 1000n, remote.maxHtlcValueInFlightMsat, ...(wished === undefined ? [] : [wished])]
  return bounds.reduce((least, bound) => (bound < least ? bound : least))
}

/**
 * Makes our `channel_update` for a channel and tells it to the peer and, if the channel is announced, to everybody
 * (BOLT 7). Nothing happens before the channel has its place in the chain.
 */
export function publishUpdate(turn: Turn, entry: ChannelEntry, disabled = false): void {
  const { core, env } = turn
  const channel = channelIn(entry)
  const shortChannelId = realShortId(entry)
  if (!channel || shortChannelId === undefined) return
  const { policy, announced, lastUpdateAt } = entry.record
  const timestamp = Math.max(env.now, lastUpdateAt + 1)
  const maximum = maximumMsat(channel, policy.htlcMaximumMsat)
  const least = [policy.htlcMinimumMsat, channel.remote.htlcMinimumMsat].reduce((a, b) => (a > b ? a : b))
  const update = createChannelUpdate(
    {
      chainHash: core.chainHash,
      shortChannelId,
      timestamp,
      direction: core.nodeKey < entry.peer ? 0 : 1,
      disabled,
      dontForward: !announced,
      cltvExpiryDelta: policy.cltvExpiryDelta,
      htlcMinimumMsat: (least < maximum ? least : maximum) as Msats,
      htlcMaximumMsat: maximum as Msats,
      feeBaseMsat: policy.feeBaseMsat,
      feeProportionalMillionths: policy.feeProportionalMillionths,
    },
    core.sign,
  )
  entry.ownUpdate = update
  entry.record = { ...entry.record, lastUpdateAt: timestamp }
  storeRecord(turn, entry)
  if (announced) {
    if (core.graph.applyUpdate(update).ok) storeGraphUpdate(turn, update)
    broadcastOwn(turn, update)
  } else {
    turn.send(entry.peer, update)
  }
}

/** Our last update for a channel, with its type, as failures carry it; empty if we never made one. */
export function updateForFailure({ ownUpdate }: ChannelEntry): Uint8Array {
  return ownUpdate ? encodeMessage(ownUpdate) : new Uint8Array(0)
}

/** `channel_ready` went both ways: the peer learns our terms. */
export function onChannelReady(turn: Turn, entry: ChannelEntry): void {
  if (entry.ownUpdate && !isDisabled(entry.ownUpdate)) turn.send(entry.peer, entry.ownUpdate)
  else publishUpdate(turn, entry)
}

/** The announcement of a channel of ours, unsigned. */
function unsignedAnnouncement(turn: Turn, entry: ChannelEntry, channel: Channel): ChannelAnnouncement {
  const shortChannelId = realShortId(entry)
  assert(shortChannelId !== undefined, 'a channel without a place in the chain')
  return createChannelAnnouncement({
    chainHash: turn.core.chainHash,
    shortChannelId,
    ends: [
      { nodeId: turn.core.nodeId, fundingKey: channel.local.keys.fundingPubkey as NodeId },
      { nodeId: hexToBytes(entry.peer) as NodeId, fundingKey: channel.remote.keys.fundingPubkey as NodeId },
    ],
  })
}

/** Both our signatures under the announcement of a channel. */
function ownSignatures({ core }: Turn, channel: Channel, announcement: ChannelAnnouncement) {
  const hash = gossipSignatureHash(announcement)
  return {
    nodeSignature: core.sign(hash),
    bitcoinSignature: core.signer.sign(channel.keysId, { role: 'funding' }, hash),
  }
}

/** The channel is deep and public: offers our signatures, and completes the announcement if the peer's are there. */
export function onAnnounceable(turn: Turn, entry: ChannelEntry): void {
  entry.announceable = true
  if (entry.record.announced) return
  sendSignatures(turn, entry)
  completeAnnouncement(turn, entry)
}

function sendSignatures(turn: Turn, entry: ChannelEntry): void {
  const channel = channelIn(entry)
  if (!channel || entry.signaturesSent) return
  const announcement = unsignedAnnouncement(turn, entry, channel)
  entry.signaturesSent = true
  turn.send(entry.peer, {
    type: 'announcement_signatures',
    channelId: channel.channelId as ChannelId,
    shortChannelId: announcement.shortChannelId,
    ...ownSignatures(turn, channel, announcement),
  })
}

/** The peer's half. It is checked when ours can be made, which may be some blocks later. */
export function onAnnouncementSignatures(turn: Turn, peer: PeerId, message: AnnouncementSignatures): void {
  const entry = findByWireId(turn.core, peer, message.channelId)
  const channel = entry && channelIn(entry)
  if (!entry || !channel?.announceChannel) return
  const { shortChannelId, nodeSignature, bitcoinSignature } = message
  if (entry.record.announced) {
    // The peer has lost ours.
    sendSignatures(turn, entry)
    return
  }
  entry.record = { ...entry.record, remoteSignatures: { shortChannelId, nodeSignature, bitcoinSignature } }
  storeRecord(turn, entry)
  if (!entry.announceable) return
  sendSignatures(turn, entry)
  completeAnnouncement(turn, entry)
}

/** With all four signatures the channel becomes public (BOLT 7). */
function completeAnnouncement(turn: Turn, entry: ChannelEntry): void {
  const { core } = turn
  const channel = channelIn(entry)
  const { remoteSignatures } = entry.record
  if (!channel || !remoteSignatures) return
  const unsigned = unsignedAnnouncement(turn, entry, channel)
  const hash = gossipSignatureHash(unsigned)
  const peerId = hexToBytes(entry.peer)
  const valid =
    remoteSignatures.shortChannelId === unsigned.shortChannelId &&
    ecdsaVerify(hash, remoteSignatures.nodeSignature, peerId) &&
    ecdsaVerify(hash, remoteSignatures.bitcoinSignature, channel.remote.keys.fundingPubkey)
  if (!valid) {
    entry.record = { ...entry.record, remoteSignatures: undefined }
    storeRecord(turn, entry)
    const data = utf8ToBytes('announcement_signatures do not fit the funding transaction')
    turn.send(entry.peer, { type: 'warning', channelId: channel.channelId as ChannelId, data })
    return
  }
  const own = signChannelAnnouncement(
    unsigned,
    directionOf(core.nodeId, peerId),
    ownSignatures(turn, channel, unsigned),
  )
  const announcement = signChannelAnnouncement(own, directionOf(peerId, core.nodeId), remoteSignatures)
  const added = core.graph.addChannel({
    announcement,
    capacity: channel.fundingSatoshis,
    funding: channel.fundingOutpoint,
  })
  if (added.ok) storeGraphChannel(turn, added.value)
  entry.record = { ...entry.record, announced: true }
  broadcastOwn(turn, announcement)
  publishUpdate(turn, entry)
  adoptPeerUpdate(turn, entry, announcement.shortChannelId)
  announceNode(turn)
}

/** What the peer told us in private about its end becomes part of the graph. */
function adoptPeerUpdate(turn: Turn, entry: ChannelEntry, id: ShortChannelId): void {
  const update = entry.remoteUpdate
  if (!update || isDontForward(update) || update.shortChannelId !== id) return
  if (turn.core.graph.applyUpdate(update).ok) storeGraphUpdate(turn, update)
}

/** Tells the network about this node; only nodes with a public channel are listened to (BOLT 7). */
export function announceNode(turn: Turn): void {
  const { core, env } = turn
  const { alias, color, addresses } = core.config
  if (!core.graph.node(core.nodeKey)) return
  const timestamp = Math.max(env.now, core.nodeAnnouncedAt + 1)
  core.nodeAnnouncedAt = timestamp
  const announcement = createNodeAnnouncement(
    {
      nodeId: core.nodeId,
      timestamp,
      features: featuresInContext(core.features, 'N'),
      color,
      alias,
      addresses: addresses.flatMap((address) => parseNodeAddress(address) ?? []),
    },
    core.sign,
  )
  if (core.graph.applyNodeAnnouncement(announcement).ok) storeGraphNode(turn, announcement)
  broadcastOwn(turn, announcement)
}
