import { type ByteReader, type ByteWriter, DecodeError } from '@ply/bytes'
import { isPublicKey } from '@ply/crypto'
import type { BlockHash, Msats, Sats, Txid } from '@ply/primitives'
import type { ChannelId, NodeId, ShortChannelId } from './ids.ts'

/** How one field of BOLT 1's fundamental types stands on the wire. `read` throws DecodeError, as readers do. */
export interface FieldCodec<T> {
  read(reader: ByteReader): T
  write(writer: ByteWriter, value: T): void
}

export type FieldValue<C> = C extends { read(reader: ByteReader): infer T } ? T : never

export const u8: FieldCodec<number> = { read: (r) => r.u8(), write: (w, v) => w.u8(v) }
export const u16: FieldCodec<number> = { read: (r) => r.u16BE(), write: (w, v) => w.u16BE(v) }
export const u32: FieldCodec<number> = { read: (r) => r.u32BE(), write: (w, v) => w.u32BE(v) }
export const u64: FieldCodec<bigint> = { read: (r) => r.u64BE(), write: (w, v) => w.u64BE(v) }
export const bigSize: FieldCodec<bigint> = { read: (r) => r.bigSize(), write: (w, v) => w.bigSize(v) }
/** Any u64: what is a sensible amount is the channel's rule, not the codec's. */
export const satoshis = u64 as FieldCodec<Sats>
export const millisatoshis = u64 as FieldCodec<Msats>
export const shortChannelIdField = u64 as FieldCodec<ShortChannelId>

/** Exactly `length` bytes. */
export const fixedBytes = (length: number): FieldCodec<Uint8Array> => ({
  read: (r) => r.bytes(length),
  write: (w, v) => {
    if (v.length !== length) throw new DecodeError('bad-length', `${v.length} bytes for a field of ${length}`)
    w.bytes(v)
  },
})

export const bytes32 = fixedBytes(32)
/** 64 bytes compact. Whether it verifies is seen where it is verified. */
export const signature = fixedBytes(64)
export const chainHash = bytes32 as FieldCodec<BlockHash>
export const channelId = bytes32 as FieldCodec<ChannelId>
/** In internal byte order. */
export const txid = bytes32 as FieldCodec<Txid>

const bytes33 = fixedBytes(33)

/** A compressed public key that lies on the curve; violation `bad-public-key`. */
export const point: FieldCodec<Uint8Array> = {
  read: (r) => {
    const key = bytes33.read(r)
    if ((key[0] !== 2 && key[0] !== 3) || !isPublicKey(key)) throw new DecodeError('bad-public-key')
    return key
  },
  write: (w, v) => {
    bytes33.write(w, v)
  },
}

/**
 * A key in gossip. Only its form is looked at here: whether it lies on the curve shows when its signature is verified,
 * and a square root per key is too dear for gossip that may be dropped unverified.
 */
export const gossipKey: FieldCodec<NodeId> = {
  read: (r) => {
    const key = bytes33.read(r)
    if (key[0] !== 2 && key[0] !== 3) throw new DecodeError('bad-public-key')
    return key as NodeId
  },
  write: (w, v) => {
    bytes33.write(w, v)
  },
}

/** Bytes behind a u16 length. */
export const bytes16: FieldCodec<Uint8Array> = {
  read: (r) => r.bytes(r.u16BE()),
  write: (w, v) => w.u16BE(v.length).bytes(v),
}

/** Everything to the end of the record. */
export const rest: FieldCodec<Uint8Array> = { read: (r) => r.rest(), write: (w, v) => w.bytes(v) }

/** `item` repeated to the end of the record. */
export const restOf = <T>(item: FieldCodec<T>): FieldCodec<readonly T[]> => ({
  read: (r) => {
    const items: T[] = []
    while (r.remaining > 0) items.push(item.read(r))
    return items
  },
  write: (w, v) => {
    for (const each of v) item.write(w, each)
  },
})

/** `item` repeated, behind a u16 count. */
export const list16 = <T>(item: FieldCodec<T>): FieldCodec<readonly T[]> => ({
  read: (r) => {
    const count = r.u16BE()
    const items: T[] = []
    for (let i = 0; i < count; i++) items.push(item.read(r))
    return items
  },
  write: (w, v) => {
    w.u16BE(v.length)
    for (const each of v) item.write(w, each)
  },
})

/** Several fields in a row as one object, in the order of the table. */
export function struct<F extends Readonly<Record<string, FieldCodec<unknown>>>>(
  fields: F,
): FieldCodec<{ readonly [K in keyof F]: FieldValue<F[K]> }> {
  type Struct = { readonly [K in keyof F]: FieldValue<F[K]> }
  const entries = Object.entries(fields)
  return {
    read: (r) => Object.fromEntries(entries.map(([name, codec]) => [name, codec.read(r)])) as Struct,
    write: (w, v) => {
      for (const [name, codec] of entries) codec.write(w, v[name])
    },
  }
}

function readTruncated(reader: ByteReader, size: number): bigint {
  if (reader.remaining > size) throw new DecodeError('trailing-data', `over ${size} bytes in a truncated integer`)
  if (reader.peek() === 0) throw new DecodeError('non-canonical-truncated-integer')
  let value = 0n
  while (reader.remaining > 0) value = (value << 8n) | BigInt(reader.u8())
  return value
}

function writeTruncated(writer: ByteWriter, value: bigint): void {
  let shift = 0n
  while (value >> shift !== 0n) shift += 8n
  while (shift > 0n) {
    shift -= 8n
    writer.u8(Number((value >> shift) & 0xffn))
  }
}

const truncatedNumber = (size: number): FieldCodec<number> => ({
  read: (r) => Number(readTruncated(r, size)),
  write: (w, v) => {
    writeTruncated(w, BigInt(v))
  },
})

/** Truncated integers: leading zero bytes left out; only as the last value of a TLV record. */
export const tu16 = truncatedNumber(2)
export const tu32 = truncatedNumber(4)
export const tu64: FieldCodec<bigint> = { read: (r) => readTruncated(r, 8), write: writeTruncated }

/** BOLT 1: the most that a truncated millisatoshi amount may say, 21 million bitcoin. */
export const MAX_TRUNCATED_MSAT = 0x1d24b2dfac520000n

/** A truncated amount; violation `amount-too-large`. */
export const truncatedMsat: FieldCodec<Msats> = {
  read: (r) => {
    const amount = tu64.read(r)
    if (amount > MAX_TRUNCATED_MSAT) throw new DecodeError('amount-too-large')
    return amount as Msats
  },
  write: (w, v) => {
    tu64.write(w, v)
  },
}
