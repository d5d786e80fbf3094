import {
  bytes32,
  chainHash,
  channelId,
  millisatoshis,
  point,
  rest,
  satoshis,
  shortChannelIdField,
  signature,
  txid,
  u16,
  u32,
  u64,
  u8,
} from '../field.ts'
import { defineMessage, type MessageOf } from '../messageCodec.ts'
import { tlv } from '../tlv.ts'

// BOLT 2: channel establishment v1.

export const openChannelCodec = defineMessage(32, 'open_channel', {
  fields: {
    chainHash,
    temporaryChannelId: channelId,
    fundingSatoshis: satoshis,
    pushMsat: millisatoshis,
    dustLimitSatoshis: satoshis,
    maxHtlcValueInFlightMsat: millisatoshis,
    channelReserveSatoshis: satoshis,
    htlcMinimumMsat: millisatoshis,
    feeratePerKw: u32,
    toSelfDelay: u16,
    maxAcceptedHtlcs: u16,
    fundingPubkey: point,
    revocationBasepoint: point,
    paymentBasepoint: point,
    delayedPaymentBasepoint: point,
    htlcBasepoint: point,
    firstPerCommitmentPoint: point,
    /** Bit 0: announce_channel. */
    channelFlags: u8,
  },
  tlvs: { upfrontShutdownScript: tlv(0, rest), channelType: tlv(1, rest) },
})
export type OpenChannel = MessageOf<typeof openChannelCodec>

export const acceptChannelCodec = defineMessage(33, 'accept_channel', {
  fields: {
    temporaryChannelId: channelId,
    dustLimitSatoshis: satoshis,
    maxHtlcValueInFlightMsat: millisatoshis,
    channelReserveSatoshis: satoshis,
    htlcMinimumMsat: millisatoshis,
    minimumDepth: u32,
    toSelfDelay: u16,
    maxAcceptedHtlcs: u16,
    fundingPubkey: point,
    revocationBasepoint: point,
    paymentBasepoint: point,
    delayedPaymentBasepoint: point,
    htlcBasepoint: point,
    firstPerCommitmentPoint: point,
  },
  tlvs: { upfrontShutdownScript: tlv(0, rest), channelType: tlv(1, rest) },
})
export type AcceptChannel = MessageOf<typeof acceptChannelCodec>

export const fundingCreatedCodec = defineMessage(34, 'funding_created', {
  fields: { temporaryChannelId: channelId, fundingTxid: txid, fundingOutputIndex: u16, signature },
})
export type FundingCreated = MessageOf<typeof fundingCreatedCodec>

export const fundingSignedCodec = defineMessage(35, 'funding_signed', { fields: { channelId, signature } })
export type FundingSigned = MessageOf<typeof fundingSignedCodec>

export const channelReadyCodec = defineMessage(36, 'channel_ready', {
  fields: { channelId, secondPerCommitmentPoint: point },
  /** The record that the spec names `short_channel_id` holds an alias. */
  tlvs: { alias: tlv(1, shortChannelIdField) },
})
export type ChannelReady = MessageOf<typeof channelReadyCodec>

export const channelReestablishCodec = defineMessage(136, 'channel_reestablish', {
  fields: {
    channelId,
    nextCommitmentNumber: u64,
    nextRevocationNumber: u64,
    yourLastPerCommitmentSecret: bytes32,
    myCurrentPerCommitmentPoint: point,
  },
})
export type ChannelReestablish = MessageOf<typeof channelReestablishCodec>
