import { ByteReader, ByteWriter, DecodeError, err, ok, type Result } from '@ply/bytes'
import type { ShortChannelId } from './ids.ts'

/** The only encoding that BOLT 7 still has: the items one behind the other. */
const UNCOMPRESSED = 0

/** Reads `encoded_short_ids`; violations `unsupported-encoding`, `end-of-data`, `unsorted-short-ids`. */
export function decodeShortIds(encoded: Uint8Array): Result<ShortChannelId[], DecodeError> {
  if (encoded.length === 0) return ok([])
  if (encoded[0] !== UNCOMPRESSED) return err(new DecodeError('unsupported-encoding', `encoding ${encoded[0]}`))
  if ((encoded.length - 1) % 8 !== 0) return err(new DecodeError('end-of-data', 'half a short channel id'))
  const reader = new ByteReader(encoded.subarray(1))
  const ids: ShortChannelId[] = []
  let last = -1n
  while (reader.remaining > 0) {
    const id = reader.u64BE() as ShortChannelId
    if (id <= last) return err(new DecodeError('unsorted-short-ids'))
    ids.push(id)
    last = id
  }
  return ok(ids)
}

/** Writes ids, which must be in ascending order, behind the encoding byte. */
export function encodeShortIds(ids: readonly ShortChannelId[]): Uint8Array {
  const writer = new ByteWriter().u8(UNCOMPRESSED)
  for (const id of ids) writer.u64BE(id)
  return writer.finish()
}
