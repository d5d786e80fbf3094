import { type Codec, type Empty, emptyCodec } from './codec.ts'

/** BIP 339: the sender announces transactions by wtxid. Between version and verack only. */
export const wtxidrelay: Codec<Empty> = emptyCodec
