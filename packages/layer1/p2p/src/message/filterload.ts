import { type Codec, type Empty, emptyCodec } from './codec.ts'

/** BIP 37. Nobody here serves filtered transactions: what it carries is not read. */
export const filterload: Codec<Empty> = emptyCodec
