import { isCoinbase, type TxOutput, type Txid } from '@ply/primitives'
import type { TransactionRecord, TransactionStatus } from './transactionLog.ts'

/** One transaction as the wallet's owner sees it. Amounts in satoshi. */
export interface HistoryEntry {
  readonly txid: Txid
  /** What the wallet gained; negative for a payment, fee included. */
  readonly net: bigint
  /** Known only where every input is the wallet's own. */
  readonly fee: bigint | undefined
  readonly kind: 'mined' | 'received' | 'sent' | 'self'
  readonly status: TransactionStatus
  readonly replacedBy: Txid | undefined
  readonly height: number | undefined
  readonly confirmations: number
  /** Seconds since the Unix epoch. */
  readonly time: number
  /** Outputs that are not the wallet's, with the wallet's inputs behind them. */
  readonly payments: readonly TxOutput[]
  readonly label: string | undefined
}

/** What history needs to know of the wallet around a record. */
export interface HistoryContext {
  readonly tipHeight: number
  ownsScript(scriptPubKey: Uint8Array): boolean
  /** Value of an output of the wallet that an input spends; undefined for a foreign one. */
  ownInputValue(input: TransactionRecord['tx']['inputs'][number]): bigint | undefined
  label(txid: string): string | undefined
  toTxid(txid: string): Txid
}

export function createHistoryEntry(record: TransactionRecord, context: HistoryContext): HistoryEntry {
  const { tx, confirmation } = record
  const coinbase = isCoinbase(tx)
  const inputs = coinbase ? [] : tx.inputs.map((input) => context.ownInputValue(input))
  const spent = inputs.reduce<bigint>((sum, value) => sum + (value ?? 0n), 0n)
  let received = 0n
  let total = 0n
  const foreign: TxOutput[] = []
  for (const output of tx.outputs) {
    total += output.value
    if (context.ownsScript(output.scriptPubKey)) received += output.value
    else foreign.push(output)
  }
  const own = inputs.some((value) => value !== undefined)
  const allOwn = inputs.length > 0 && inputs.every((value) => value !== undefined)
  return {
    txid: context.toTxid(record.txid),
    net: received - spent,
    fee: allOwn ? spent - total : undefined,
    kind: coinbase ? 'mined' : !own ? 'received' : foreign.length === 0 ? 'self' : 'sent',
    status: record.status,
    replacedBy: record.replacedBy === undefined ? undefined : context.toTxid(record.replacedBy),
    height: confirmation?.height,
    confirmations: confirmation ? context.tipHeight - confirmation.height + 1 : 0,
    time: record.time,
    payments: own ? foreign : [],
    label: context.label(record.txid),
  }
}

const isWaiting = ({ status, confirmation }: TransactionRecord): boolean => status === 'active' && !confirmation

/** Sorts what waits to the front, and everything by time from the newest on; in one block by its place there. */
export function compareHistory(a: TransactionRecord, b: TransactionRecord): number {
  return (
    Number(isWaiting(b)) - Number(isWaiting(a)) ||
    b.time - a.time ||
    (b.confirmation?.height ?? 0) - (a.confirmation?.height ?? 0) ||
    (b.confirmation?.position ?? 0) - (a.confirmation?.position ?? 0)
  )
}
