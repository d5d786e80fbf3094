import type { Codec } from './codec.ts'

export interface Sendcmpct {
  /** 1: announce blocks by `cmpctblock`; 0: by `inv` or `headers`. Nothing else may stand here. */
  readonly announce: number
  readonly version: bigint
}

/** BIP 152: the sender can work with compact blocks. */
export const sendcmpct: Codec<Sendcmpct> = {
  read: (reader) => ({ announce: reader.u8(), version: reader.u64() }),
  write: (writer, body) => void writer.u8(body.announce).u64(body.version),
}
