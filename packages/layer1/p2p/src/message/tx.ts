import { readTransaction, type Transaction, writeTransaction } from '@ply/primitives'
import type { Codec } from './codec.ts'

export interface TxMessage {
  readonly tx: Transaction
}

/** A transaction with its witness (BIP 144). */
export const tx: Codec<TxMessage> = {
  read: (reader) => ({ tx: readTransaction(reader) }),
  write: (writer, body) => writeTransaction(writer, body.tx, true),
}
