import { type Codec, type Empty, emptyCodec } from './codec.ts'

/** BIP 130: the sender wants blocks announced by `headers`. */
export const sendheaders: Codec<Empty> = emptyCodec
