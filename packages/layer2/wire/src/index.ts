export {
  ALL_CHANNELS,
  computeChannelId,
  formatShortChannelId,
  parseShortChannelId,
  shortChannelId,
  shortChannelIdParts,
  type ChannelId,
  type NodeId,
  type ShortChannelId,
  type ShortChannelIdParts,
} from './ids.ts'
export {
  decodeMessage,
  encodeMessage,
  MAX_MESSAGE_SIZE,
  type KnownMessage,
  type Message,
  type MessageNamed,
  type MessageType,
  type UnknownMessage,
} from './message.ts'
export type { ErrorMessage, Init, Ping, Pong, Warning } from './message/setup.ts'
export type {
  AcceptChannel,
  ChannelReady,
  ChannelReestablish,
  FundingCreated,
  FundingSigned,
  OpenChannel,
} from './message/open.ts'
export type { ClosingSigned, Shutdown } from './message/close.ts'
export {
  ONION_PACKET_SIZE,
  type CommitmentSigned,
  type RevokeAndAck,
  type UpdateAddHtlc,
  type UpdateFailHtlc,
  type UpdateFailMalformedHtlc,
  type UpdateFee,
  type UpdateFulfillHtlc,
} from './message/update.ts'
export type {
  AnnouncementSignatures,
  ChannelAnnouncement,
  ChannelUpdate,
  GossipMessage,
  NodeAnnouncement,
} from './message/gossip.ts'
export type {
  GossipTimestampFilter,
  QueryChannelRange,
  QueryShortChannelIds,
  ReplyChannelRange,
  ReplyShortChannelIdsEnd,
} from './message/query.ts'
export { gossipSignatureHash, gossipSignedBytes } from './gossipSignature.ts'
export { decodeShortIds, encodeShortIds } from './shortIdList.ts'
export { decodeNodeAddresses, encodeNodeAddresses, type NodeAddress } from './nodeAddress.ts'
export {
  checkFeatureDependencies,
  checkFeatures,
  decodeFeatures,
  encodeFeatures,
  featureBits,
  featureOfBit,
  FEATURES,
  featuresInContext,
  hasFeature,
  isNegotiated,
  requiresFeature,
  type FeatureName,
  type Features,
  type FeatureViolation,
} from './features.ts'
export {
  decodeTlvRecords,
  encodeTlvRecords,
  readTlvRecords,
  tlv,
  tlvNamespace,
  writeTlvRecords,
  type TlvField,
  type TlvFields,
  type TlvRecord,
  type TlvValues,
} from './tlv.ts'
export * as fields from './field.ts'
export type { FieldCodec, FieldValue } from './field.ts'
