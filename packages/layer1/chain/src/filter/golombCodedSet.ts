import { type ByteReader, ByteWriter, DecodeError } from '@ply/bytes'
import { createSipHashKey, MAX_SIPHASH_RANGE, sipHash24, sipHashToRange } from '@ply/crypto'
import { BitReader, BitWriter } from './bitStream.ts'
import { readGolombRice, writeGolombRice } from './golombRice.ts'

/** BIP 158: how a set of items is hashed and coded. */
export interface GolombParameters {
  /** Bits of a code's remainder. */
  readonly p: number
  /** One in `m` strangers matches by chance. */
  readonly m: number
}

/** BIP 158 asks for fewer than 2^32 items; with M below 2^20 every hashed value is then a safe integer. */
const MAX_ITEMS = 0xffffffff

/** BIP 158 hash_to_range: each item as a number in [0, count·m), in the order of the items. */
export function hashItems(
  items: readonly Uint8Array[],
  { m }: GolombParameters,
  { key, count }: { readonly key: Uint8Array; readonly count: number },
): number[] {
  const range = count * m
  if (range > MAX_SIPHASH_RANGE) return items.map((item) => Number((sipHash24(key, item) * BigInt(range)) >> 64n))
  const shared = createSipHashKey(key)
  return items.map((item) => sipHashToRange(shared, item, range))
}

/** The set's encoding: its size, then the differences between its hashed items. `items` must differ. */
export function encodeGolombCodedSet(
  items: readonly Uint8Array[],
  parameters: GolombParameters,
  key: Uint8Array,
): Uint8Array {
  const bits = new BitWriter()
  let last = 0
  const values = hashItems(items, parameters, { key, count: items.length }).sort((a, b) => a - b)
  for (const value of values) {
    writeGolombRice(bits, value - last, parameters.p)
    last = value
  }
  return new ByteWriter().compactSize(items.length).bytes(bits.finish()).finish()
}

/**
 * The hashed items of an encoded set, ascending. Violations: `end-of-data`, `trailing-data`, `filter-too-many-items`,
 * `non-canonical-compact-size`, `size-too-large`.
 */
export function readGolombCodedSet(reader: ByteReader, { p }: GolombParameters): number[] {
  const count = reader.compactSize(true)
  if (count > MAX_ITEMS) throw new DecodeError('filter-too-many-items', 'a filter has fewer than 2^32 items')
  const bits = new BitReader(reader.view(reader.remaining))
  const values: number[] = []
  let value = 0
  for (let i = 0; i < count; i++) {
    value += readGolombRice(bits, p)
    values.push(value)
  }
  if (bits.unreadBytes > 0) throw new DecodeError('trailing-data', `${bits.unreadBytes} bytes behind the last item`)
  return values
}
