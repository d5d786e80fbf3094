import {
  bytes16,
  bytes32,
  channelId,
  fixedBytes,
  list16,
  millisatoshis,
  point,
  signature,
  txid,
  u16,
  u32,
  u64,
} from '../field.ts'
import { defineMessage, type MessageOf } from '../messageCodec.ts'
import { tlv } from '../tlv.ts'

// BOLT 2: normal operation.

export const ONION_PACKET_SIZE = 1366

/** 20 hold times of 4 bytes and 210 HMACs truncated to 4 bytes (BOLT 4, attribution data). */
const attributionData = fixedBytes(20 * 4 + 210 * 4)

export const updateAddHtlcCodec = defineMessage(128, 'update_add_htlc', {
  fields: {
    channelId,
    id: u64,
    amountMsat: millisatoshis,
    paymentHash: bytes32,
    cltvExpiry: u32,
    onionRoutingPacket: fixedBytes(ONION_PACKET_SIZE),
  },
  /** The path key of a blinded route. */
  tlvs: { blindedPath: tlv(0, point) },
})
export type UpdateAddHtlc = MessageOf<typeof updateAddHtlcCodec>

export const updateFulfillHtlcCodec = defineMessage(130, 'update_fulfill_htlc', {
  fields: { channelId, id: u64, paymentPreimage: bytes32 },
  tlvs: { attributionData: tlv(1, attributionData) },
})
export type UpdateFulfillHtlc = MessageOf<typeof updateFulfillHtlcCodec>

export const updateFailHtlcCodec = defineMessage(131, 'update_fail_htlc', {
  fields: { channelId, id: u64, reason: bytes16 },
  tlvs: { attributionData: tlv(1, attributionData) },
})
export type UpdateFailHtlc = MessageOf<typeof updateFailHtlcCodec>

export const updateFailMalformedHtlcCodec = defineMessage(135, 'update_fail_malformed_htlc', {
  fields: { channelId, id: u64, sha256OfOnion: bytes32, failureCode: u16 },
})
export type UpdateFailMalformedHtlc = MessageOf<typeof updateFailMalformedHtlcCodec>

export const commitmentSignedCodec = defineMessage(132, 'commitment_signed', {
  fields: { channelId, signature, htlcSignatures: list16(signature) },
  tlvs: { fundingTxid: tlv(1, txid) },
})
export type CommitmentSigned = MessageOf<typeof commitmentSignedCodec>

export const revokeAndAckCodec = defineMessage(133, 'revoke_and_ack', {
  fields: { channelId, perCommitmentSecret: bytes32, nextPerCommitmentPoint: point },
})
export type RevokeAndAck = MessageOf<typeof revokeAndAckCodec>

export const updateFeeCodec = defineMessage(134, 'update_fee', { fields: { channelId, feeratePerKw: u32 } })
export type UpdateFee = MessageOf<typeof updateFeeCodec>
