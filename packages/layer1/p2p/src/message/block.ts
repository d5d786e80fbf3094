import { type Block, encodeBlock, readBlock } from '@ply/primitives'
import type { Codec } from './codec.ts'

export interface BlockMessage {
  readonly block: Block
}

/** A block with its witnesses (BIP 144). */
export const block: Codec<BlockMessage> = {
  read: (reader) => ({ block: readBlock(reader) }),
  write: (writer, body) => void writer.bytes(encodeBlock(body.block)),
}
