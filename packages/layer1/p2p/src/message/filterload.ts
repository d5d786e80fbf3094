import type { BloomFilterFields } from '../relay/bloom/bloomFilter.ts'
import type { Codec } from './codec.ts'

/** BIP 37: from now on the sender wants only transactions that this filter matches. */
export const filterload: Codec<BloomFilterFields> = {
  read: (reader) => ({
    data: reader.varBytes(),
    hashFunctions: reader.u32(),
    tweak: reader.u32(),
    flags: reader.u8(),
  }),
  write: (writer, { data, hashFunctions, tweak, flags }) =>
    void writer.compactSize(data.length).bytes(data).u32(hashFunctions).u32(tweak).u8(flags),
}
