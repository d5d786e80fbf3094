import { DecodeError } from '@ply/bytes'
import {
  type BlockHeader,
  readHeader,
  readTransaction,
  type Transaction,
  writeHeader,
  writeTransaction,
} from '@ply/primitives'
import type { Codec } from './codec.ts'
import { readLimited } from './inventory.ts'

/** Places of transactions are 16 bits. */
const MAX_TRANSACTIONS = 0xffff

export interface PrefilledTransaction {
  /** Transactions between the prefilled one before this and this one. */
  readonly skip: number
  readonly tx: Transaction
}

/** BIP 152 HeaderAndShortIDs, version 2. */
export interface CompactBlock {
  readonly header: BlockHeader
  /** Salt of the short ids. */
  readonly nonce: bigint
  /** 48 bits each; of all but the prefilled transactions, in the block's order. */
  readonly shortIds: readonly number[]
  readonly prefilled: readonly PrefilledTransaction[]
}

/** BIP 152: a block whose transactions the receiver most likely has. */
export const cmpctblock: Codec<CompactBlock> = {
  read(reader) {
    const [header, nonce] = [readHeader(reader), reader.u64()]
    const shortIds = readLimited(reader, reader.remaining, (item) => item.u32() + item.u16() * 2 ** 32)
    const prefilled = readLimited(reader, reader.remaining, (item) => ({
      skip: readPlace(item.compactSize()),
      tx: readTransaction(item),
    }))
    if (shortIds.length + prefilled.length > MAX_TRANSACTIONS) {
      throw new DecodeError('too-many-transactions', 'indexes overflowed 16 bits')
    }
    return { header, nonce, shortIds, prefilled }
  },
  write(writer, body) {
    writeHeader(writer, body.header)
    writer.u64(body.nonce).compactSize(body.shortIds.length)
    for (const id of body.shortIds) writer.u32(id % 2 ** 32).u16(Math.floor(id / 2 ** 32))
    writer.compactSize(body.prefilled.length)
    for (const { skip, tx } of body.prefilled) {
      writer.compactSize(skip)
      writeTransaction(writer, tx)
    }
  },
}

function readPlace(skip: number): number {
  if (skip > MAX_TRANSACTIONS) throw new DecodeError('bad-index', 'CompactSize exceeds limit of type')
  return skip
}
