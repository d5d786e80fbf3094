import { bytes16, chainHash, channelId, rest, restOf, u16 } from '../field.ts'
import { defineMessage, defineOpenEndedMessage, type MessageOf } from '../messageCodec.ts'
import { tlv } from '../tlv.ts'

// BOLT 1: setup and control messages.

export const initCodec = defineMessage(16, 'init', {
  fields: { globalFeatures: bytes16, features: bytes16 },
  tlvs: { networks: tlv(1, restOf(chainHash)), remoteAddr: tlv(3, rest) },
})
export type Init = MessageOf<typeof initCodec>

/** `data` is text for people; `channelId` of zeros means every channel. */
export const errorCodec = defineOpenEndedMessage(17, 'error', { channelId, data: bytes16 })
export type ErrorMessage = MessageOf<typeof errorCodec>

export const warningCodec = defineOpenEndedMessage(1, 'warning', { channelId, data: bytes16 })
export type Warning = MessageOf<typeof warningCodec>

export const pingCodec = defineOpenEndedMessage(18, 'ping', { numPongBytes: u16, ignored: bytes16 })
export type Ping = MessageOf<typeof pingCodec>

export const pongCodec = defineOpenEndedMessage(19, 'pong', { ignored: bytes16 })
export type Pong = MessageOf<typeof pongCodec>
