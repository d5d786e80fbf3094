import type { BlockHash } from '@ply/primitives'
import { MAX_FILTER_HASHES } from '../protocol.ts'
import type { Codec } from './codec.ts'
import { readLimited } from './inventory.ts'

export interface Cfheaders {
  readonly filterType: number
  readonly stop: BlockHash
  /** The filter header before the first of {@link hashes}. */
  readonly previousHeader: Uint8Array
  readonly hashes: readonly Uint8Array[]
}

/** BIP 157: hashes of filters, from which their headers follow. */
export const cfheaders: Codec<Cfheaders> = {
  read: (reader) => ({
    filterType: reader.u8(),
    stop: reader.bytes(32) as BlockHash,
    previousHeader: reader.bytes(32),
    hashes: readLimited(reader, MAX_FILTER_HASHES, (item) => item.bytes(32)),
  }),
  write(writer, { filterType, stop, previousHeader, hashes }) {
    writer.u8(filterType).bytes(stop).bytes(previousHeader).compactSize(hashes.length)
    for (const hash of hashes) writer.bytes(hash)
  },
}
