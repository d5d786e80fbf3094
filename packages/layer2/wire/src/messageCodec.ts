import type { ByteReader, ByteWriter } from '@ply/bytes'
import type { FieldCodec, FieldValue } from './field.ts'
import { tlvNamespace, type TlvFields, type TlvValues } from './tlv.ts'

type Fields = Readonly<Record<string, FieldCodec<unknown>>>
type FieldsOf<F extends Fields> = { readonly [K in keyof F]: FieldValue<F[K]> }

/** A message of BOLT 1, 2 or 7 as a table: its number, the spec's name, its fields in order. */
export interface MessageCodec<Name extends string, M extends { readonly type: Name }> {
  readonly typeNumber: number
  readonly name: Name
  readBody(reader: ByteReader): M
  writeBody(writer: ByteWriter, message: M): void
}

export type MessageOf<C> = C extends { readBody(reader: ByteReader): infer M } ? M : never

type TlvMessage<Name extends string, F extends Fields, T extends TlvFields> = { readonly type: Name } & FieldsOf<F> &
  TlvValues<T>

/** A message whose extension is a TLV stream: `tlvs` are the records known here, each an optional property. */
export function defineMessage<const Name extends string, F extends Fields, T extends TlvFields = Record<never, never>>(
  typeNumber: number,
  name: Name,
  { fields, tlvs }: { fields: F; tlvs?: T },
): MessageCodec<Name, TlvMessage<Name, F, T>> {
  const entries = Object.entries(fields)
  const extension = tlvNamespace(tlvs ?? ({} as T))
  return {
    typeNumber,
    name,
    readBody: (reader) => {
      const values = Object.fromEntries(entries.map(([field, codec]) => [field, codec.read(reader)]))
      return { type: name, ...values, ...extension.read(reader) } as TlvMessage<Name, F, T>
    },
    writeBody: (writer, message) => {
      const values = message as Readonly<Record<string, unknown>>
      for (const [field, codec] of entries) codec.write(writer, values[field])
      extension.write(writer, message)
    },
  }
}

type OpenEndedMessage<Name extends string, F extends Fields> = { readonly type: Name } & FieldsOf<F> & {
    /** Bytes behind the known fields, kept as they came: signatures of gossip cover them. */
    readonly excess?: Uint8Array
  }

/**
 * A message whose extension is not looked into but kept byte for byte: gossip, which must be passed on as it was
 * signed, and the setup messages, which BOLT 1 allows to carry anything behind their fields.
 */
export function defineOpenEndedMessage<const Name extends string, F extends Fields>(
  typeNumber: number,
  name: Name,
  fields: F,
): MessageCodec<Name, OpenEndedMessage<Name, F>> {
  const entries = Object.entries(fields)
  return {
    typeNumber,
    name,
    readBody: (reader) => {
      const values = Object.fromEntries(entries.map(([field, codec]) => [field, codec.read(reader)]))
      const excess = reader.remaining > 0 ? { excess: reader.rest() } : {}
      return { type: name, ...values, ...excess } as OpenEndedMessage<Name, F>
    },
    writeBody: (writer, message) => {
      const values = message as Readonly<Record<string, unknown>>
      for (const [field, codec] of entries) codec.write(writer, values[field])
      if (message.excess) writer.bytes(message.excess)
    },
  }
}
