import { DecodeError } from '@ply/bytes'
import type { BlockHash } from '@ply/primitives'
import type { Codec } from './codec.ts'
import { readLimited } from './inventory.ts'

const MAX_INDEX = 0xffff

/** BIP 152 BlockTransactionsRequest. */
export interface BlockTransactionsRequest {
  readonly hash: BlockHash
  /** Places in the block, ascending. */
  readonly indexes: readonly number[]
}

/** BIP 152: asks for the transactions of a compact block that we do not have. */
export const getblocktxn: Codec<BlockTransactionsRequest> = {
  read(reader) {
    const hash = reader.bytes(32) as BlockHash
    let next = 0
    const indexes = readLimited(reader, reader.remaining, (item) => {
      const index = next + item.compactSize()
      if (index > MAX_INDEX) throw new DecodeError('bad-index', 'differential value overflow')
      next = index + 1
      return index
    })
    return { hash, indexes }
  },
  write(writer, { hash, indexes }) {
    writer.bytes(hash).compactSize(indexes.length)
    indexes.forEach((index, i) => writer.compactSize(index - (indexes[i - 1] ?? -1) - 1))
  },
}
