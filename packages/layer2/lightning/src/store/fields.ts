import {
  type ByteReader,
  bytesToHex,
  ByteWriter,
  DecodeError,
  decodeExact,
  decodeUtf8,
  hexToBytes,
  type Result,
  utf8ToBytes,
} from '@ply/bytes'
import { type FieldCodec, fields } from '@ply/wire'

/** Present or not, one byte in front. */
export const optional = <T>(codec: FieldCodec<T>): FieldCodec<T | undefined> => ({
  read: (reader) => (reader.u8() === 0 ? undefined : codec.read(reader)),
  write: (writer, value) => {
    writer.u8(value === undefined ? 0 : 1)
    if (value !== undefined) codec.write(writer, value)
  },
})

export const boolean: FieldCodec<boolean> = {
  read: (reader) => reader.u8() !== 0,
  write: (writer, value) => void writer.u8(value ? 1 : 0),
}

/** Bytes behind a 32-bit length. */
export const bytes: FieldCodec<Uint8Array> = {
  read: (reader) => reader.bytes(reader.u32BE()),
  write: (writer, value) => void writer.u32BE(value.length).bytes(value),
}

export const text: FieldCodec<string> = {
  read: (reader) => {
    const decoded = decodeUtf8(bytes.read(reader))
    if (!decoded.ok) throw decoded.error
    return decoded.value
  },
  write: (writer, value) => {
    bytes.write(writer, utf8ToBytes(value))
  },
}

/** Hexadecimal text of `size` bytes, stored as the bytes. */
export const hex = (size: number): FieldCodec<string> => ({
  read: (reader) => bytesToHex(reader.bytes(size)),
  write: (writer, value) => void writer.bytes(hexToBytes(value)),
})

/** One word of a fixed list, stored as its place in the list: never reorder, only append. */
export const word = <const W extends string>(words: readonly W[]): FieldCodec<W> => ({
  read: (reader) => {
    const found = words[reader.u8()]
    if (found === undefined) throw new DecodeError('bad-word')
    return found
  },
  write: (writer, value) => void writer.u8(words.indexOf(value)),
})

export const list = fields.list16
export const fixed64 = fields.signature
export const { struct, u8, u16, u32, u64, bytes32 } = fields

/** The form of every stored value: a version byte, then version 1's fields. */
const VERSION = 1

export interface StoredCodec<T> {
  encode(value: T): Uint8Array
  decode(bytes: Uint8Array): Result<T, DecodeError>
}

export const stored = <T>(codec: FieldCodec<T>): StoredCodec<T> => ({
  encode: (value) => {
    const writer = new ByteWriter().u8(VERSION)
    codec.write(writer, value)
    return writer.finish()
  },
  decode: (encoded) =>
    decodeExact(encoded, (reader: ByteReader) => {
      const version = reader.u8()
      if (version !== VERSION) throw new DecodeError('unknown-version', `stored in version ${version}`)
      return codec.read(reader)
    }),
})

/** A value told apart by its `type`, stored as the place of its codec in the list: only append. */
export const union = <T extends { readonly type: string }>(
  variants: readonly (readonly [type: T['type'], codec: FieldCodec<never>])[],
): FieldCodec<T> => ({
  read: (reader) => {
    const variant = variants[reader.u8()]
    if (!variant) throw new DecodeError('bad-variant')
    return { type: variant[0], ...(variant[1] as FieldCodec<object>).read(reader) } as T
  },
  write: (writer, value) => {
    const at = variants.findIndex(([type]) => type === value.type)
    writer.u8(at)
    ;(variants[at]![1] as FieldCodec<unknown>).write(writer, value)
  },
})
