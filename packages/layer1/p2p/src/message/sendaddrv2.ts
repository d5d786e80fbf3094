import { type Codec, type Empty, emptyCodec } from './codec.ts'

/** BIP 155: the sender understands `addrv2`. Between version and verack only. */
export const sendaddrv2: Codec<Empty> = emptyCodec
