import type { BlockHash } from '@ply/primitives'
import type { Codec } from './codec.ts'
import { readLimited } from './inventory.ts'

export interface Cfcheckpt {
  readonly filterType: number
  readonly stop: BlockHash
  readonly headers: readonly Uint8Array[]
}

/** BIP 157: the filter headers at the heights 1000, 2000 and so on. */
export const cfcheckpt: Codec<Cfcheckpt> = {
  read: (reader) => ({
    filterType: reader.u8(),
    stop: reader.bytes(32) as BlockHash,
    headers: readLimited(reader, Math.ceil(reader.remaining / 32), (item) => item.bytes(32)),
  }),
  write(writer, { filterType, stop, headers }) {
    writer.u8(filterType).bytes(stop).compactSize(headers.length)
    for (const header of headers) writer.bytes(header)
  },
}
