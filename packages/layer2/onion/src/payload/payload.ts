import { ByteReader, ByteWriter, decodeExact, err, ok, type Result, tryDecode } from '@ply/bytes'
import {
  fields,
  type FieldValue,
  type ShortChannelId,
  tlv,
  tlvNamespace,
  type TlvRecord,
  type TlvValues,
} from '@ply/wire'

const { bytes32, point, rest, shortChannelIdField, truncatedMsat, tu32 } = fields

/** Millisatoshi, at most 21 million bitcoin. */
type Msats = FieldValue<typeof truncatedMsat>

const paymentDataCodec = {
  read: (reader: ByteReader) => ({ paymentSecret: reader.bytes(32), totalMsat: truncatedMsat.read(reader) }),
  write: (writer: ByteWriter, data: { readonly paymentSecret: Uint8Array; readonly totalMsat: Msats }) => {
    writer.bytes(data.paymentSecret)
    truncatedMsat.write(writer, data.totalMsat)
  },
}

const RECORDS = {
  amtToForward: tlv(2, truncatedMsat),
  outgoingCltvValue: tlv(4, tu32),
  shortChannelId: tlv(6, shortChannelIdField),
  paymentData: tlv(8, paymentDataCodec),
  encryptedRecipientData: tlv(10, rest),
  currentPathKey: tlv(12, point),
  paymentMetadata: tlv(16, rest),
  totalAmountMsat: tlv(18, truncatedMsat),
  /** BLIP 3: a payment without an invoice brings its preimage. */
  keysendPreimage: tlv(5482373484, bytes32),
}

const namespace = tlvNamespace(RECORDS)

/** A hop's records as they came, every one optional (BOLT 4, `payload` format). */
export type HopPayload = TlvValues<typeof RECORDS>

/** What a payload breaks, as `invalid_onion_payload` reports it. */
export interface PayloadViolation {
  readonly code: 'invalid_onion_payload'
  /** The record to blame; 0 where it is the stream itself. */
  readonly tlvType: bigint
  /** Where in the payload that record starts; 0 for a missing one. */
  readonly offset: number
}

const violation = (tlvType = 0n, offset = 0): PayloadViolation => ({ code: 'invalid_onion_payload', tlvType, offset })
const missing = (field: keyof typeof RECORDS): PayloadViolation => violation(RECORDS[field].tlvType)

/** Reads record after record alone, to learn which one is at fault. */
function findOffender(bytes: Uint8Array): PayloadViolation {
  const reader = new ByteReader(bytes)
  let last = -1n
  while (reader.remaining > 0) {
    const start = reader.offset
    const type = tryDecode(() => reader.bigSize())
    if (!type.ok) return violation(0n, start)
    if (type.value <= last) return violation(type.value, start)
    last = type.value
    const value = tryDecode(() => reader.bytes(Number(reader.bigSize())))
    if (!value.ok) return violation(type.value, start)
    const alone = decodeExact(bytes.subarray(start, reader.offset), namespace.read)
    if (!alone.ok) return violation(type.value, start)
  }
  return violation()
}

/** Reads a hop's TLV stream; the violation names the first record at fault. */
export function decodePayload(bytes: Uint8Array): Result<HopPayload, PayloadViolation> {
  const decoded = decodeExact(bytes, namespace.read)
  return decoded.ok ? decoded : err(findOffender(bytes))
}

export function encodePayload(payload: HopPayload): Uint8Array {
  const writer = new ByteWriter()
  namespace.write(writer, payload)
  return writer.finish()
}

/** What a hop outside of a blinded route is told to forward. */
export interface ForwardPayload {
  readonly amtToForward: Msats
  readonly outgoingCltvValue: number
  readonly shortChannelId: ShortChannelId
}

/** What the last hop outside of a blinded route is told to accept. */
export interface FinalPayload {
  readonly amtToForward: Msats
  readonly outgoingCltvValue: number
  readonly paymentSecret: Uint8Array | undefined
  /** Over all parts; the amount of this one where the payer named none. */
  readonly totalMsat: Msats
  readonly paymentMetadata: Uint8Array | undefined
  readonly keysendPreimage: Uint8Array | undefined
  /** Records that only the application knows. */
  readonly tlvs: readonly TlvRecord[]
}

/** Demands what an intermediate hop needs and nothing that is for the last one (BOLT 4, the reader). */
export function checkForwardPayload(payload: HopPayload): Result<ForwardPayload, PayloadViolation> {
  const { amtToForward, outgoingCltvValue, shortChannelId } = payload
  if (payload.currentPathKey !== undefined) return err(missing('currentPathKey'))
  if (amtToForward === undefined) return err(missing('amtToForward'))
  if (outgoingCltvValue === undefined) return err(missing('outgoingCltvValue'))
  if (shortChannelId === undefined) return err(missing('shortChannelId'))
  return ok({ amtToForward, outgoingCltvValue, shortChannelId })
}

/** Demands what the last hop needs (BOLT 4, the reader). */
export function checkFinalPayload(payload: HopPayload): Result<FinalPayload, PayloadViolation> {
  const { amtToForward, outgoingCltvValue, paymentData } = payload
  if (payload.currentPathKey !== undefined) return err(missing('currentPathKey'))
  if (amtToForward === undefined) return err(missing('amtToForward'))
  if (outgoingCltvValue === undefined) return err(missing('outgoingCltvValue'))
  return ok({
    amtToForward,
    outgoingCltvValue,
    paymentSecret: paymentData?.paymentSecret,
    totalMsat: paymentData?.totalMsat ?? amtToForward,
    paymentMetadata: payload.paymentMetadata,
    keysendPreimage: payload.keysendPreimage,
    tlvs: payload.tlvs ?? [],
  })
}
