import { type Codec, type Empty, emptyCodec } from './codec.ts'

/** BIP 37: the sender wants all transactions again. */
export const filterclear: Codec<Empty> = emptyCodec
