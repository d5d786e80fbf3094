import { type Block, blockSizes, totalSize, type Transaction } from '@ply/primitives'

/** A transaction and where it stands in its block's serialisation. */
export interface LocatedTransaction {
  readonly tx: Transaction
  readonly offset: number
  readonly length: number
}

/** All transactions of a block, with their places. */
export function* locateTransactions(block: Block): Iterable<LocatedTransaction> {
  const { transactions } = block
  let offset = blockSizes(block).total - transactions.reduce((sum, tx) => sum + totalSize(tx), 0)
  for (const tx of transactions) {
    const length = totalSize(tx)
    yield { tx, offset, length }
    offset += length
  }
}
