import type { BlockHash } from '@ply/primitives'
import type { Codec } from './codec.ts'

/** Filters of the blocks from a height up to a block (BIP 157). */
export interface FilterRange {
  readonly filterType: number
  readonly startHeight: number
  readonly stop: BlockHash
}

/** The common body of `getcfilters` and `getcfheaders`. */
export const filterRangeCodec: Codec<FilterRange> = {
  read: (reader) => ({
    filterType: reader.u8(),
    startHeight: reader.u32(),
    stop: reader.bytes(32) as BlockHash,
  }),
  write: (writer, body) => void writer.u8(body.filterType).u32(body.startHeight).bytes(body.stop),
}

/** BIP 157: asks for block filters. */
export const getcfilters = filterRangeCodec
