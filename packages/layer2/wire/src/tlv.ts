import { ByteReader, ByteWriter, DecodeError, decodeExact, type Result } from '@ply/bytes'
import type { FieldCodec, FieldValue } from './field.ts'

/** One record of a TLV stream (BOLT 1). */
export interface TlvRecord {
  readonly type: bigint
  readonly value: Uint8Array
}

/** Reads records to the end: types strictly increasing, types and lengths minimal, values all there. */
export function readTlvRecords(reader: ByteReader): TlvRecord[] {
  const records: TlvRecord[] = []
  let last = -1n
  while (reader.remaining > 0) {
    const type = reader.bigSize()
    if (type <= last) throw new DecodeError('tlv-out-of-order', `record ${type} behind record ${last}`)
    last = type
    const length = reader.bigSize()
    if (length > BigInt(reader.remaining)) throw new DecodeError('end-of-data', `record ${type} is cut short`)
    records.push({ type, value: reader.bytes(Number(length)) })
  }
  return records
}

/** A TLV stream with no type known: only its form is checked (`tlv-out-of-order`, `non-canonical-big-size`, `end-of-data`). */
export const decodeTlvRecords = (bytes: Uint8Array): Result<TlvRecord[], DecodeError> =>
  decodeExact(bytes, readTlvRecords)

/** Writes records in the order of their types. */
export function writeTlvRecords(writer: ByteWriter, records: readonly TlvRecord[]): void {
  const sorted = [...records].sort((a, b) => (a.type < b.type ? -1 : a.type > b.type ? 1 : 0))
  for (const { type, value } of sorted) writer.bigSize(type).bigSize(BigInt(value.length)).bytes(value)
}

export function encodeTlvRecords(records: readonly TlvRecord[]): Uint8Array {
  const writer = new ByteWriter()
  writeTlvRecords(writer, records)
  return writer.finish()
}

/** A known record: its type and how its value is written. */
export interface TlvField<T> {
  readonly tlvType: bigint
  readonly codec: FieldCodec<T>
}

export const tlv = <T>(tlvType: number, codec: FieldCodec<T>): TlvField<T> => ({ tlvType: BigInt(tlvType), codec })

export type TlvFields = Readonly<Record<string, TlvField<unknown>>>

/** The named records of a namespace, each optional, and the unknown odd ones under `tlvs` where there are any. */
export type TlvValues<F extends TlvFields> = {
  readonly [K in keyof F]?: FieldValue<F[K]['codec']>
} & { readonly tlvs?: readonly TlvRecord[] }

/**
 * A TLV namespace. Reading it is a violation where a known value has not the exact length of its encoding, and for an
 * unknown even type (`unknown-even-tlv`); unknown odd records are kept in `tlvs` and written again.
 */
export function tlvNamespace<F extends TlvFields>(fields: F): FieldCodec<TlvValues<F>> {
  const byType = new Map(Object.entries(fields).map(([name, field]) => [field.tlvType, { name, field }]))
  return {
    read: (reader) => {
      const values: Record<string, unknown> = {}
      const unknown: TlvRecord[] = []
      for (const record of readTlvRecords(reader)) {
        const known = byType.get(record.type)
        if (known) {
          const valueReader = new ByteReader(record.value)
          values[known.name] = known.field.codec.read(valueReader)
          valueReader.end()
        } else if (record.type % 2n === 0n) {
          throw new DecodeError('unknown-even-tlv', `unknown even record ${record.type}`)
        } else {
          unknown.push(record)
        }
      }
      if (unknown.length > 0) values['tlvs'] = unknown
      return values as TlvValues<F>
    },
    write: (writer, values) => {
      const records: TlvRecord[] = [...(values.tlvs ?? [])]
      for (const [type, { name, field }] of byType) {
        const value = (values as Readonly<Record<string, unknown>>)[name]
        if (value === undefined) continue
        const valueWriter = new ByteWriter()
        field.codec.write(valueWriter, value)
        records.push({ type, value: valueWriter.finish() })
      }
      writeTlvRecords(writer, records)
    },
  }
}
