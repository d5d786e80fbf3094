import { assert, ByteReader, ByteWriter, type DecodeError, type Result, tryDecode } from '@ply/bytes'
import { type Failure, type FailureFields, failureNameOf, FAILURES, type UnknownFailure } from './codes.ts'

type FieldCodecs = {
  [Field in keyof FailureFields]: {
    readonly write: (writer: ByteWriter, value: FailureFields[Field]) => void
    readonly read: (reader: ByteReader) => FailureFields[Field]
  }
}

const FIELDS: FieldCodecs = {
  sha256OfOnion: { write: (writer, hash) => void writer.bytes(hash), read: (reader) => reader.bytes(32) },
  htlcMsat: { write: (writer, amount) => void writer.u64BE(amount), read: (reader) => reader.u64BE() },
  cltvExpiry: { write: (writer, height) => void writer.u32BE(height), read: (reader) => reader.u32BE() },
  height: { write: (writer, height) => void writer.u32BE(height), read: (reader) => reader.u32BE() },
  disabledFlags: { write: (writer, flags) => void writer.u16BE(flags), read: (reader) => reader.u16BE() },
  tlvType: { write: (writer, type) => void writer.bigSize(type), read: (reader) => reader.bigSize() },
  offset: { write: (writer, offset) => void writer.u16BE(offset), read: (reader) => reader.u16BE() },
  channelUpdate: {
    write: (writer, update) => void writer.u16BE(update.length).bytes(update),
    read: (reader) => reader.bytes(reader.u16BE()),
  },
}

function writeField<Field extends keyof FailureFields>(
  writer: ByteWriter,
  field: Field,
  fields: Partial<FailureFields>,
): void {
  const value = fields[field]
  assert(value !== undefined, `failure without its ${field}`)
  // The lookup pairs each field with its own codec, which the checker cannot follow through the partial type.
  FIELDS[field].write(writer, value as FailureFields[Field])
}

/** `failuremsg`: the code, then the data of the table. */
export function encodeFailure(failure: Failure): Uint8Array {
  const { code, fields } = FAILURES[failure.type]
  const writer = new ByteWriter(32).u16BE(code)
  for (const field of fields) writeField(writer, field, failure as Partial<FailureFields>)
  return writer.finish()
}

/**
 * Reads a `failuremsg`; bytes behind the known data are ignored, as BOLT 4 demands. Violation: `end-of-data` where the
 * data of a known code is cut short.
 */
export function decodeFailure(bytes: Uint8Array): Result<Failure | UnknownFailure, DecodeError> {
  return tryDecode(() => {
    const reader = new ByteReader(bytes)
    const code = reader.u16BE()
    const type = failureNameOf(code)
    if (type === undefined) return { type: 'unknown', code }
    const failure: Record<string, unknown> = { type }
    for (const field of FAILURES[type].fields) failure[field] = FIELDS[field].read(reader)
    return failure as Failure
  })
}
