import { bytesToHex, hexToBytes } from '@ply/bytes'
import { type BlockHash, computeTxid, type Transaction, type Txid } from '@ply/primitives'
import type { TransactionRecord } from '@ply/wallet'
import type { NodeWallet } from './nodeWallet.ts'

/** A transaction that is new to a wallet, or stands elsewhere now. */
export interface TransactionNotice {
  /** The wallet's name. */
  readonly wallet: string
  readonly txid: Txid
  /** Undefined: no block of the chain has it. */
  readonly block: { readonly hash: BlockHash; readonly height: number } | undefined
}

/** Where a transaction stands. */
const placeOf = ({ confirmation, status }: TransactionRecord): string =>
  confirmation ? String(confirmation.height) : status === 'active' ? 'waiting' : 'gone'

/** Tells a listener of a wallet's transactions: of each when it comes, and whenever it moves (-walletnotify). */
export class TransactionNotices {
  readonly #owner: NodeWallet
  readonly #tell: (notice: TransactionNotice) => void
  /** By the ids of transactions in hexadecimal. */
  readonly #places = new Map<string, string>()
  /** Ids of transactions that a block took out of the mempool by spending the same. */
  readonly #ruledOut = new Set<string>()

  constructor(owner: NodeWallet, tell: (notice: TransactionNotice) => void) {
    this.#owner = owner
    this.#tell = tell
    for (const record of owner.wallet.ledger.log.all()) this.#places.set(record.txid, placeOf(record))
  }

  /** A block came with another transaction that spends the same as this one, which waited in the mempool. */
  ruledOut(tx: Transaction): void {
    const txid = bytesToHex(computeTxid(tx))
    if (this.#owner.wallet.ledger.log.get(txid)) this.#ruledOut.add(txid)
  }

  /** Something of these transactions changed. */
  changed(txids: Iterable<string>): void {
    for (const txid of txids) {
      const record = this.#owner.wallet.ledger.log.get(txid)
      if (record) this.#look(record)
      else this.#places.delete(txid)
    }
  }

  #look(record: TransactionRecord): void {
    const [before, now] = [this.#places.get(record.txid), placeOf(record)]
    if (before === now) return
    this.#places.set(record.txid, now)
    // As Bitcoin Core, nothing of one that was abandoned, or in whose place another one had waited.
    const left = before === 'waiting' && now === 'gone' && !this.#ruledOut.has(record.txid)
    this.#ruledOut.delete(record.txid)
    if (!left) this.#tellOf(record)
  }

  /** A rescan found these: whoever asked for it wants to hear of them again. */
  found(transactions: readonly Transaction[]): void {
    for (const tx of transactions) {
      const record = this.#owner.wallet.ledger.log.get(bytesToHex(computeTxid(tx)))
      if (record) this.#tellOf(record)
    }
  }

  #tellOf(record: TransactionRecord): void {
    const { name, node } = this.#owner
    const height = record.confirmation?.height
    const block = height === undefined ? undefined : node.chain.tree.active.at(height)
    const txid = hexToBytes(record.txid) as Txid
    this.#tell({ wallet: name, txid, block: block && { hash: block.hash, height: block.height } })
  }
}
