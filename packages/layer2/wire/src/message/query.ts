import { bigSize, bytes16, chainHash, rest, restOf, struct, u32, u8 } from '../field.ts'
import { defineMessage, type MessageOf } from '../messageCodec.ts'
import { tlv } from '../tlv.ts'

// BOLT 7: queries. Lists of ids, flags and timestamps stand behind an encoding byte: see shortIdList.ts.

export const queryShortChannelIdsCodec = defineMessage(261, 'query_short_channel_ids', {
  fields: { chainHash, encodedShortIds: bytes16 },
  tlvs: { queryFlags: tlv(1, struct({ encodingType: u8, encodedQueryFlags: rest })) },
})
export type QueryShortChannelIds = MessageOf<typeof queryShortChannelIdsCodec>

export const replyShortChannelIdsEndCodec = defineMessage(262, 'reply_short_channel_ids_end', {
  fields: { chainHash, fullInformation: u8 },
})
export type ReplyShortChannelIdsEnd = MessageOf<typeof replyShortChannelIdsEndCodec>

export const queryChannelRangeCodec = defineMessage(263, 'query_channel_range', {
  fields: { chainHash, firstBlocknum: u32, numberOfBlocks: u32 },
  /** Bit 0: timestamps wanted; bit 1: checksums wanted. */
  tlvs: { queryOption: tlv(1, bigSize) },
})
export type QueryChannelRange = MessageOf<typeof queryChannelRangeCodec>

export const replyChannelRangeCodec = defineMessage(264, 'reply_channel_range', {
  fields: { chainHash, firstBlocknum: u32, numberOfBlocks: u32, syncComplete: u8, encodedShortIds: bytes16 },
  tlvs: {
    timestamps: tlv(1, struct({ encodingType: u8, encodedTimestamps: rest })),
    checksums: tlv(3, restOf(struct({ checksumNodeId1: u32, checksumNodeId2: u32 }))),
  },
})
export type ReplyChannelRange = MessageOf<typeof replyChannelRangeCodec>

export const gossipTimestampFilterCodec = defineMessage(265, 'gossip_timestamp_filter', {
  fields: { chainHash, firstTimestamp: u32, timestampRange: u32 },
})
export type GossipTimestampFilter = MessageOf<typeof gossipTimestampFilterCodec>
