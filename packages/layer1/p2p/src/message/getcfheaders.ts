import type { Codec } from './codec.ts'
import { type FilterRange, filterRangeCodec } from './getcfilters.ts'

/** BIP 157: asks for the hashes of block filters. */
export const getcfheaders: Codec<FilterRange> = filterRangeCodec
