import {
  bytes16,
  bytes32,
  chainHash,
  channelId,
  fixedBytes,
  gossipKey,
  millisatoshis,
  shortChannelIdField as shortChannelId,
  signature,
  u16,
  u32,
  u8,
} from '../field.ts'
import { defineMessage, defineOpenEndedMessage, type MessageOf } from '../messageCodec.ts'

// BOLT 7: announcements.

export const announcementSignaturesCodec = defineMessage(259, 'announcement_signatures', {
  fields: { channelId, shortChannelId, nodeSignature: signature, bitcoinSignature: signature },
})
export type AnnouncementSignatures = MessageOf<typeof announcementSignaturesCodec>

export const channelAnnouncementCodec = defineOpenEndedMessage(256, 'channel_announcement', {
  nodeSignature1: signature,
  nodeSignature2: signature,
  bitcoinSignature1: signature,
  bitcoinSignature2: signature,
  features: bytes16,
  chainHash,
  shortChannelId,
  nodeId1: gossipKey,
  nodeId2: gossipKey,
  bitcoinKey1: gossipKey,
  bitcoinKey2: gossipKey,
})
export type ChannelAnnouncement = MessageOf<typeof channelAnnouncementCodec>

export const nodeAnnouncementCodec = defineOpenEndedMessage(257, 'node_announcement', {
  signature,
  features: bytes16,
  timestamp: u32,
  nodeId: gossipKey,
  rgbColor: fixedBytes(3),
  /** Text padded with zeros; not always UTF-8. */
  alias: bytes32,
  /** Address descriptors, as they came: see decodeNodeAddresses. */
  addresses: bytes16,
})
export type NodeAnnouncement = MessageOf<typeof nodeAnnouncementCodec>

export const channelUpdateCodec = defineOpenEndedMessage(258, 'channel_update', {
  signature,
  chainHash,
  shortChannelId,
  timestamp: u32,
  /** Bit 0: must be one; bit 1: dont_forward. */
  messageFlags: u8,
  /** Bit 0: direction; bit 1: disable. */
  channelFlags: u8,
  cltvExpiryDelta: u16,
  htlcMinimumMsat: millisatoshis,
  feeBaseMsat: u32,
  feeProportionalMillionths: u32,
  htlcMaximumMsat: millisatoshis,
})
export type ChannelUpdate = MessageOf<typeof channelUpdateCodec>

export type GossipMessage = ChannelAnnouncement | NodeAnnouncement | ChannelUpdate
