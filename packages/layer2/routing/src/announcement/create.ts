import { assert, compareBytes, utf8ToBytes } from '@ply/bytes'
import type { BlockHash, Msats } from '@ply/primitives'
import {
  type ChannelAnnouncement,
  type ChannelUpdate,
  encodeFeatures,
  encodeNodeAddresses,
  type Features,
  gossipSignatureHash,
  type NodeAddress,
  type NodeAnnouncement,
  type NodeId,
  type ShortChannelId,
} from '@ply/wire'
import { DISABLED_BIT, DONT_FORWARD_BIT, MUST_BE_ONE_BIT } from './channelUpdate.ts'

/** Signs a 32-byte hash: 64 bytes compact. The caller holds the key. */
export type SignHash = (hash: Uint8Array) => Uint8Array

const UNSIGNED = new Uint8Array(64)

/** One end of a channel. */
export interface ChannelEnd {
  readonly nodeId: NodeId
  readonly fundingKey: NodeId
}

/** 0 if `nodeId` comes first in the channel with `otherNodeId`: the direction bit of its updates. */
export const directionOf = (nodeId: Uint8Array, otherNodeId: Uint8Array): 0 | 1 =>
  compareBytes(nodeId, otherNodeId) < 0 ? 0 : 1

/** The announcement of a channel with all four signatures zero; its hash is what both ends sign twice (BOLT 7). */
export function createChannelAnnouncement({
  chainHash,
  shortChannelId,
  ends: [a, b],
}: {
  readonly chainHash: BlockHash
  readonly shortChannelId: ShortChannelId
  readonly ends: readonly [ChannelEnd, ChannelEnd]
}): ChannelAnnouncement {
  const [one, two] = directionOf(a.nodeId, b.nodeId) === 0 ? [a, b] : [b, a]
  return {
    type: 'channel_announcement',
    nodeSignature1: UNSIGNED,
    nodeSignature2: UNSIGNED,
    bitcoinSignature1: UNSIGNED,
    bitcoinSignature2: UNSIGNED,
    features: new Uint8Array(0),
    chainHash,
    shortChannelId,
    nodeId1: one.nodeId,
    nodeId2: two.nodeId,
    bitcoinKey1: one.fundingKey,
    bitcoinKey2: two.fundingKey,
  }
}

/** The two signatures of one end. */
export interface AnnouncementSignaturePair {
  readonly nodeSignature: Uint8Array
  readonly bitcoinSignature: Uint8Array
}

/** Puts one end's signatures where they belong; `direction` is that of the end. */
export function signChannelAnnouncement(
  announcement: ChannelAnnouncement,
  direction: 0 | 1,
  { nodeSignature, bitcoinSignature }: AnnouncementSignaturePair,
): ChannelAnnouncement {
  return direction === 0
    ? { ...announcement, nodeSignature1: nodeSignature, bitcoinSignature1: bitcoinSignature }
    : { ...announcement, nodeSignature2: nodeSignature, bitcoinSignature2: bitcoinSignature }
}

export interface ChannelUpdatePlan {
  readonly chainHash: BlockHash
  readonly shortChannelId: ShortChannelId
  /** Seconds since the Unix epoch; greater than in the update before. */
  readonly timestamp: number
  readonly direction: 0 | 1
  readonly disabled: boolean
  /** For the other end of the channel only: it is not announced (yet). */
  readonly dontForward: boolean
  readonly cltvExpiryDelta: number
  readonly htlcMinimumMsat: Msats
  readonly htlcMaximumMsat: Msats
  readonly feeBaseMsat: number
  readonly feeProportionalMillionths: number
}

/** Our own terms for a channel, signed with the node's key. */
export function createChannelUpdate(plan: ChannelUpdatePlan, sign: SignHash): ChannelUpdate {
  assert(plan.timestamp > 0, 'channel_update without a time')
  assert(plan.htlcMinimumMsat <= plan.htlcMaximumMsat, 'channel_update with minimum over maximum')
  const update: ChannelUpdate = {
    type: 'channel_update',
    signature: UNSIGNED,
    chainHash: plan.chainHash,
    shortChannelId: plan.shortChannelId,
    timestamp: plan.timestamp,
    messageFlags: MUST_BE_ONE_BIT | (plan.dontForward ? DONT_FORWARD_BIT : 0),
    channelFlags: plan.direction | (plan.disabled ? DISABLED_BIT : 0),
    cltvExpiryDelta: plan.cltvExpiryDelta,
    htlcMinimumMsat: plan.htlcMinimumMsat,
    feeBaseMsat: plan.feeBaseMsat,
    feeProportionalMillionths: plan.feeProportionalMillionths,
    htlcMaximumMsat: plan.htlcMaximumMsat,
  }
  return { ...update, signature: sign(gossipSignatureHash(update)) }
}

export interface NodeAnnouncementPlan {
  readonly nodeId: NodeId
  readonly timestamp: number
  readonly features: Features
  /** Three bytes. */
  readonly color: Uint8Array
  /** Cut to 32 bytes of UTF-8. */
  readonly alias: string
  readonly addresses: readonly NodeAddress[]
}

/** What our node tells of itself, signed with its key. */
export function createNodeAnnouncement(plan: NodeAnnouncementPlan, sign: SignHash): NodeAnnouncement {
  const alias = new Uint8Array(32)
  let text = plan.alias
  while (utf8ToBytes(text).length > 32) text = text.slice(0, -1)
  alias.set(utf8ToBytes(text))
  const announcement: NodeAnnouncement = {
    type: 'node_announcement',
    signature: UNSIGNED,
    features: encodeFeatures(plan.features),
    timestamp: plan.timestamp,
    nodeId: plan.nodeId,
    rgbColor: plan.color,
    alias,
    addresses: encodeNodeAddresses(plan.addresses),
  }
  return { ...announcement, signature: sign(gossipSignatureHash(announcement)) }
}
