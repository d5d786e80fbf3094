import { type Codec, type Empty, emptyCodec } from './codec.ts'

/** Asks for addresses of other peers. */
export const getaddr: Codec<Empty> = emptyCodec
