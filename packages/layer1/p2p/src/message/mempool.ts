import { type Codec, type Empty, emptyCodec } from './codec.ts'

/** BIP 35: asks for the announcements of everything in the pool. */
export const mempool: Codec<Empty> = emptyCodec
