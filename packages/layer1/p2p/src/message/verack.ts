import { type Codec, type Empty, emptyCodec } from './codec.ts'

/** The second half of the handshake: the sender accepts the other's version. */
export const verack: Codec<Empty> = emptyCodec
