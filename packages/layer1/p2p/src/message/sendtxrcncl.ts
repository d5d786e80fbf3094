import type { Codec } from './codec.ts'

export interface Sendtxrcncl {
  readonly version: number
  readonly salt: bigint
}

/** BIP 330: the sender could announce transactions by reconciling sets. */
export const sendtxrcncl: Codec<Sendtxrcncl> = {
  read: (reader) => ({ version: reader.u32(), salt: reader.u64() }),
  write: (writer, body) => void writer.u32(body.version).u64(body.salt),
}
