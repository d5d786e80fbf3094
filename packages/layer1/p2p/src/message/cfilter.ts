import type { BlockHash } from '@ply/primitives'
import type { Codec } from './codec.ts'

export interface Cfilter {
  readonly filterType: number
  readonly block: BlockHash
  readonly filter: Uint8Array
}

/** BIP 157: the filter of one block. */
export const cfilter: Codec<Cfilter> = {
  read: (reader) => ({ filterType: reader.u8(), block: reader.bytes(32) as BlockHash, filter: reader.varBytes() }),
  write: (writer, body) => void writer.u8(body.filterType).bytes(body.block).varBytes(body.filter),
}
