import { DecodeError, type ByteReader } from '@ply/bytes'
import { MAX_INVENTORY } from '../protocol.ts'
import type { Codec } from './codec.ts'

/** A block or a transaction by its hash. */
export interface InventoryItem {
  readonly type: number
  readonly hash: Uint8Array
}

export interface Inventory {
  readonly items: readonly InventoryItem[]
}

/**
 * Reads a list of at most `limit` items (violation `too-many-items` with the announced count). A count over the
 * limit is a violation of the protocol, so the reader stops before it takes the items.
 */
export function readLimited<T>(reader: ByteReader, limit: number, read: (reader: ByteReader) => T): T[] {
  const count = reader.compactSize()
  if (count > limit) throw new DecodeError('too-many-items', `message size = ${count}`)
  const items: T[] = []
  for (let i = 0; i < count; i++) items.push(read(reader))
  return items
}

/** The common body of `inv`, `getdata` and `notfound`. */
export const inventoryCodec: Codec<Inventory> = {
  read: (reader) => ({
    items: readLimited(reader, MAX_INVENTORY, (item) => ({ type: item.u32(), hash: item.bytes(32) })),
  }),
  write(writer, { items }) {
    writer.compactSize(items.length)
    for (const item of items) writer.u32(item.type).bytes(item.hash)
  },
}
