import { type BlockHash, readTransaction, type Transaction, writeTransaction } from '@ply/primitives'
import type { Codec } from './codec.ts'
import { readLimited } from './inventory.ts'

/** BIP 152 BlockTransactions. */
export interface BlockTransactions {
  readonly hash: BlockHash
  readonly transactions: readonly Transaction[]
}

/** BIP 152: the transactions that a `getblocktxn` asked for, in its order. */
export const blocktxn: Codec<BlockTransactions> = {
  read: (reader) => ({
    hash: reader.bytes(32) as BlockHash,
    transactions: readLimited(reader, reader.remaining, readTransaction),
  }),
  write(writer, { hash, transactions }) {
    writer.bytes(hash).compactSize(transactions.length)
    for (const tx of transactions) writeTransaction(writer, tx)
  },
}
