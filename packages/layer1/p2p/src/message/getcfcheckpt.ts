import type { BlockHash } from '@ply/primitives'
import type { Codec } from './codec.ts'

export interface Getcfcheckpt {
  readonly filterType: number
  readonly stop: BlockHash
}

/** BIP 157: asks for every thousandth filter header up to a block. */
export const getcfcheckpt: Codec<Getcfcheckpt> = {
  read: (reader) => ({ filterType: reader.u8(), stop: reader.bytes(32) as BlockHash }),
  write: (writer, body) => void writer.u8(body.filterType).bytes(body.stop),
}
