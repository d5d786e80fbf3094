import { type ByteReader, type ByteWriter, DecodeError } from '@ply/bytes'
import type { FieldCodec } from '@ply/wire'

// Building blocks of the stored form. Readers throw DecodeError, as all codecs do inside.

/** Bytes behind a CompactSize length. */
export const bytes: FieldCodec<Uint8Array> = { read: (r) => r.varBytes(), write: (w, v) => w.varBytes(v) }

/** 0 or 1. */
export const bool: FieldCodec<boolean> = {
  read: (r) => {
    const byte = r.u8()
    if (byte > 1) throw new DecodeError('bad-boolean', `byte ${byte}`)
    return byte === 1
  },
  write: (w, v) => w.u8(v ? 1 : 0),
}

/** A whole number up to 2⁵³ − 1, such as a commitment number. */
export const safeInteger: FieldCodec<number> = {
  read: (r) => r.compactSize(true),
  write: (w, v) => w.compactSize(v),
}

/** Items behind a CompactSize count. Memory grows with what is there, not with what is announced. */
export const list = <T>(item: FieldCodec<T>): FieldCodec<readonly T[]> => ({
  read: (r) => {
    const count = r.compactSize()
    const items: T[] = []
    for (let i = 0; i < count; i++) items.push(item.read(r))
    return items
  },
  write: (w, v) => {
    w.compactSize(v.length)
    for (const each of v) item.write(w, each)
  },
})

/** One of the texts, by its place in the list: never reorder, only append. */
export const oneOf = <T extends string>(...values: readonly T[]): FieldCodec<T> => ({
  read: (r) => {
    const value = values[r.u8()]
    if (value === undefined) throw new DecodeError('unknown-variant')
    return value
  },
  write: (w, v) => w.u8(values.indexOf(v)),
})

/** A value that may be missing. */
export const orUndefined = <T>(codec: FieldCodec<T>): FieldCodec<T | undefined> => ({
  read: (r) => (bool.read(r) ? codec.read(r) : undefined),
  write: (w, v) => {
    bool.write(w, v !== undefined)
    if (v !== undefined) codec.write(w, v)
  },
})

type Codecs<T> = { readonly [K in keyof T]-?: FieldCodec<Exclude<T[K], undefined>> }
type OptionalKeys<T> = { [K in keyof T]-?: Record<never, never> extends Pick<T, K> ? K : never }[keyof T]

/** An object: its fields in the order of the table; those named `optional` may be missing. */
export function record<T extends object>(fields: Codecs<T>, optional: readonly OptionalKeys<T>[] = []): FieldCodec<T> {
  const names = Object.keys(fields) as (keyof T)[]
  const isOptional = (name: keyof T): boolean => (optional as readonly (keyof T)[]).includes(name)
  return {
    read: (r: ByteReader) => {
      const values: Partial<Record<keyof T, unknown>> = {}
      for (const name of names) {
        if (!isOptional(name) || bool.read(r)) values[name] = fields[name].read(r)
      }
      return values as T
    },
    write: (w: ByteWriter, v: T) => {
      for (const name of names) {
        const value = v[name]
        if (isOptional(name)) bool.write(w, value !== undefined)
        if (value !== undefined) fields[name].write(w, value as Exclude<T[keyof T], undefined>)
      }
    },
  }
}

/** A discriminated union: the variant's number, then its fields. `tags` may only grow at its end. */
export function union<Tag extends string, T extends { readonly [K in Tag]: string }>(
  tag: Tag,
  variants: {
    readonly [V in T[Tag]]: readonly [number, FieldCodec<Omit<Extract<T, { readonly [K in Tag]: V }>, Tag>>]
  },
): FieldCodec<T> {
  const entries = Object.entries(variants) as [string, readonly [number, FieldCodec<object>]][]
  return {
    read: (r) => {
      const number = r.u8()
      const found = entries.find(([, [each]]) => each === number)
      if (!found) throw new DecodeError('unknown-variant', `variant ${number}`)
      return { [tag]: found[0], ...found[1][1].read(r) } as unknown as T
    },
    write: (w, v) => {
      const [number, codec] = (variants as unknown as Record<string, readonly [number, FieldCodec<object>]>)[v[tag]]!
      w.u8(number)
      codec.write(w, v)
    },
  }
}
