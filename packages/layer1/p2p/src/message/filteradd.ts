import type { Codec } from './codec.ts'

export interface Filteradd {
  readonly data: Uint8Array
}

/** BIP 37: one more item for the sender's filter. */
export const filteradd: Codec<Filteradd> = {
  read: (reader) => ({ data: reader.varBytes() }),
  write: (writer, { data }) => void writer.compactSize(data.length).bytes(data),
}
