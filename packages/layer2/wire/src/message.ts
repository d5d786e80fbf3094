import { assert, type ByteReader, ByteWriter, DecodeError, decodeExact, err, type Result } from '@ply/bytes'
import * as close from './message/close.ts'
import * as gossip from './message/gossip.ts'
import * as open from './message/open.ts'
import * as query from './message/query.ts'
import * as setup from './message/setup.ts'
import * as update from './message/update.ts'
import type { MessageOf } from './messageCodec.ts'

/** BOLT 8 carries no longer message. */
export const MAX_MESSAGE_SIZE = 65535

const CODECS = [
  setup.warningCodec,
  setup.initCodec,
  setup.errorCodec,
  setup.pingCodec,
  setup.pongCodec,
  open.openChannelCodec,
  open.acceptChannelCodec,
  open.fundingCreatedCodec,
  open.fundingSignedCodec,
  open.channelReadyCodec,
  close.shutdownCodec,
  close.closingSignedCodec,
  update.updateAddHtlcCodec,
  update.updateFulfillHtlcCodec,
  update.updateFailHtlcCodec,
  update.commitmentSignedCodec,
  update.revokeAndAckCodec,
  update.updateFeeCodec,
  update.updateFailMalformedHtlcCodec,
  open.channelReestablishCodec,
  gossip.channelAnnouncementCodec,
  gossip.nodeAnnouncementCodec,
  gossip.channelUpdateCodec,
  gossip.announcementSignaturesCodec,
  query.queryShortChannelIdsCodec,
  query.replyShortChannelIdsEndCodec,
  query.queryChannelRangeCodec,
  query.replyChannelRangeCodec,
  query.gossipTimestampFilterCodec,
] as const

/** A message of an odd type that is not known here: to be ignored. */
export interface UnknownMessage {
  readonly type: 'unknown'
  readonly typeNumber: number
  readonly payload: Uint8Array
}

export type KnownMessage = MessageOf<(typeof CODECS)[number]>
/** Any Lightning message, told apart by the spec's name in `type`. */
export type Message = KnownMessage | UnknownMessage
export type MessageType = Message['type']
/** The message with that name: `MessageNamed<'update_fee'>`. */
export type MessageNamed<Name extends MessageType> = Extract<Message, { readonly type: Name }>

interface AnyCodec {
  readonly typeNumber: number
  readBody(reader: ByteReader): KnownMessage
  writeBody(writer: ByteWriter, message: KnownMessage): void
}

const byNumber = new Map<number, AnyCodec>(CODECS.map((codec) => [codec.typeNumber, codec]))
const byName = new Map<string, AnyCodec>(CODECS.map((codec) => [codec.name, codec]))

/** The two-byte type and everything behind it, as BOLT 8 encrypts it. */
export function encodeMessage(message: Message): Uint8Array {
  const writer = new ByteWriter()
  if (message.type === 'unknown') {
    writer.u16BE(message.typeNumber).bytes(message.payload)
  } else {
    const codec = byName.get(message.type)
    assert(codec !== undefined, `no codec for ${message.type}`)
    writer.u16BE(codec.typeNumber)
    codec.writeBody(writer, message)
  }
  assert(writer.length <= MAX_MESSAGE_SIZE, `${message.type} of ${writer.length} bytes`)
  return writer.finish()
}

/**
 * Reads one message. Violations: `unknown-even-type`; `end-of-data`, `bad-public-key` and the TLV stream's own for a
 * known type; `size-too-large`. An unknown odd type is a value of type `unknown`.
 */
export function decodeMessage(bytes: Uint8Array): Result<Message, DecodeError> {
  if (bytes.length > MAX_MESSAGE_SIZE) return err(new DecodeError('size-too-large', `message of ${bytes.length} bytes`))
  return decodeExact<Message>(bytes, (reader) => {
    const typeNumber = reader.u16BE()
    const codec = byNumber.get(typeNumber)
    if (codec) return codec.readBody(reader)
    if (typeNumber % 2 === 0) throw new DecodeError('unknown-even-type', `message of unknown even type ${typeNumber}`)
    return { type: 'unknown', typeNumber, payload: reader.rest() }
  })
}
