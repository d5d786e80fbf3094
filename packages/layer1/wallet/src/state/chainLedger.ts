import { bytesToHex, equalBytes, err, ok, type Result } from '@ply/bytes'
import {
  type Block,
  type BlockHash,
  computeBlockHash,
  computeTxid,
  isCoinbase,
  type OutPoint,
  outPointKey,
  type Transaction,
  type Txid,
  type TxOutput,
} from '@ply/primitives'
import { findMempoolConflicts, type SpenderIndex } from './mempoolConflicts.ts'
import { type Confirmation, TransactionLog, type TransactionRecord } from './transactionLog.ts'

/** So many block hashes are kept to find the fork point of a reorg; a deeper one needs a rescan. */
export const KEPT_BLOCK_HASHES = 2016

/** The last block that the wallet took in. */
export interface Tip {
  readonly height: number
  readonly hash: BlockHash
}

/** The scripts that a wallet watches, each with a key of whatever kind the wallet tells them apart by. */
export interface ScriptBook<K> {
  find(scriptPubKey: Uint8Array): K | undefined
  /** Notes that a script was seen in a transaction. True if more scripts are watched now. */
  markUsed(key: K): boolean
}

/** Everything of a {@link ChainLedger} that is not derived. */
export interface LedgerContents {
  /** Hashes of the last blocks, the tip's at the end; empty before the first block. */
  readonly recentBlocks: readonly BlockHash[]
  /** Height of the tip; −1 before the first block. */
  readonly height: number
  readonly records: readonly TransactionRecord[]
}

/** An output of a wallet, spent or not. */
export interface OwnOutput<K> {
  readonly key: K
  readonly output: TxOutput
}

/**
 * The transactions that touch a set of scripts, kept in step with a chain and a mempool that somebody else feeds it
 * with.
 */
export class ChainLedger<K> {
  readonly log: TransactionLog
  readonly #book: ScriptBook<K>
  readonly #recentBlocks: BlockHash[]
  readonly #pool: SpenderIndex | undefined
  #height: number

  /**
   * `changed` hears of every record that is new or another one now. With `pool`, of transactions that spend the same
   * the one counts that is in the mempool; without, the one that came last.
   */
  constructor(
    book: ScriptBook<K>,
    contents: LedgerContents,
    { changed, pool }: { readonly changed?: (record: TransactionRecord) => void; readonly pool?: SpenderIndex } = {},
  ) {
    this.log = new TransactionLog(contents.records, changed)
    this.#book = book
    this.#pool = pool
    this.#recentBlocks = [...contents.recentBlocks]
    this.#height = contents.height
  }

  contents(): LedgerContents {
    return { recentBlocks: this.#recentBlocks, height: this.#height, records: [...this.log.all()] }
  }

  /** Height of the last block taken in; one less than the first that is wanted before that. */
  get height(): number {
    return this.#height
  }

  get tip(): Tip | undefined {
    const hash = this.#recentBlocks.at(-1)
    return hash && { height: this.#height, hash }
  }

  /** The hash of a block that was taken in, as long as it is remembered. */
  blockHashAt(height: number): BlockHash | undefined {
    const back = this.#height - height
    return back < 0 ? undefined : this.#recentBlocks.at(-1 - back)
  }

  /** Takes in the next block. Violation `block-does-not-connect`: not on top of the tip. */
  applyBlock(height: number, block: Block): Result<void, 'block-does-not-connect'> {
    const { tip } = this
    if (height !== this.#height + 1) return err('block-does-not-connect')
    if (tip && !equalBytes(tip.hash, block.header.previousBlockHash)) return err('block-does-not-connect')
    this.scanBlock(height, block)
    this.#recentBlocks.push(computeBlockHash(block.header))
    if (this.#recentBlocks.length > KEPT_BLOCK_HASHES) this.#recentBlocks.shift()
    this.#height = height
    return ok(undefined)
  }

  /** Looks for the wallet's transactions in a block of the chain, new or old. */
  scanBlock(height: number, block: Block): void {
    // A payment to a key behind the gap may stand before the one that widens the gap.
    let windowGrew: boolean
    do {
      windowGrew = false
      block.transactions.forEach((tx, position) => {
        if (this.#take(tx, { height, position }, block.header.time)) windowGrew = true
      })
    } while (windowGrew)
  }

  /**
   * Takes the tip back: its transactions are unconfirmed again, its coinbase is gone. Violation `reorg-too-deep` if
   * the block below is neither remembered nor given.
   */
  undoBlock(below?: BlockHash): Result<void, 'reorg-too-deep'> {
    if (this.#recentBlocks.length < 2) {
      if (!below) return err('reorg-too-deep')
      this.#recentBlocks.unshift(below)
    }
    this.#recentBlocks.pop()
    this.#undoAbove(this.#height - 1)
    return ok(undefined)
  }

  /** Stands at a block of the chain: takes everything back above it, and takes what is below it for known. */
  moveTo({ height, hash }: Tip): void {
    this.#recentBlocks.splice(0, this.#recentBlocks.length, hash)
    this.#undoAbove(height)
  }

  #undoAbove(height: number): void {
    const undone = [...this.log.all()].filter(({ confirmation }) => confirmation && confirmation.height > height)
    undone.sort(({ confirmation: a }, { confirmation: b }) => b!.height - a!.height || b!.position - a!.position)
    for (const record of undone) {
      if (isCoinbase(record.tx)) this.log.deactivate(record.txid, 'dropped')
      else this.log.put({ ...record, confirmation: undefined })
    }
    // Without a mempool at hand nobody can tell whether they may come back.
    this.log.forgetConflictsAbove(height, this.#pool !== undefined)
    this.#height = height
  }

  /**
   * Takes in a transaction of the mempool; wallet transactions that it conflicts with count as replaced by it.
   * True if it touches the wallet. `time` is when it was seen, in seconds since the Unix epoch.
   */
  applyUnconfirmed(tx: Transaction, time: number): boolean {
    const txid = bytesToHex(computeTxid(tx))
    const known = this.log.get(txid)
    if (known?.status === 'active') {
      // Scripts may be watched since it was first seen.
      for (const { scriptPubKey } of tx.outputs) {
        const key = this.#book.find(scriptPubKey)
        if (key) this.#book.markUsed(key)
      }
      return true
    }
    if (this.log.conflicts(tx).some((record) => record.confirmation)) return false
    this.#take(tx, undefined, known?.time ?? time)
    return this.log.get(txid)?.status === 'active'
  }

  /** An unconfirmed transaction left the mempool without a successor; so did everything that spends from it. */
  dropUnconfirmed(txid: Txid): void {
    const record = this.log.get(bytesToHex(txid))
    if (record && !record.confirmation) this.log.deactivate(record.txid, 'dropped')
  }

  /** Gives a transaction up that is neither in the chain nor in the mempool, with everything that spends from it. */
  abandon(txid: Txid): void {
    const record = this.log.get(bytesToHex(txid))
    if (record?.status === 'replaced') this.log.put({ ...record, status: 'dropped' })
    else this.dropUnconfirmed(txid)
  }

  /** Takes in a transaction of a block that is not looked at as a whole. */
  takeConfirmed(tx: Transaction, confirmation: Confirmation, time: number): void {
    this.#take(tx, confirmation, time)
  }

  /** Adds a transaction that touches the wallet, and retires its conflicts. True if more scripts are watched now. */
  #take(tx: Transaction, confirmation: TransactionRecord['confirmation'], time: number): boolean {
    if (!isCoinbase(tx)) {
      if (confirmation) this.log.conflictWithBlock(tx, confirmation.height)
      else if (!this.#pool) {
        const txid = bytesToHex(computeTxid(tx))
        for (const loser of this.log.conflicts(tx)) this.log.deactivate(loser.txid, 'replaced', txid)
      }
    }
    const keys = tx.outputs.map((output) => this.#book.find(output.scriptPubKey)).filter((key) => key !== undefined)
    if (keys.length === 0 && !tx.inputs.some((input) => this.ownOutput(input.prevout))) return false
    // Hashed only here: of nearly all transactions of a block nothing is kept.
    const txid = bytesToHex(computeTxid(tx))
    this.log.put({ tx, txid, status: 'active', confirmation, time, replacedBy: undefined })
    return keys.map((key) => this.#book.markUsed(key)).some(Boolean)
  }

  /** The wallet's own output at an outpoint, spent or not, in any transaction that it knows. */
  ownOutput({ txid, index }: OutPoint): OwnOutput<K> | undefined {
    const output = this.log.get(bytesToHex(txid))?.tx.outputs[index]
    const key = output && this.#book.find(output.scriptPubKey)
    return key && { key, output }
  }

  /** Confirmations, 0 for what is not in the chain, negative for what a block's transaction took the place of. */
  depth({ confirmation, conflictHeight }: TransactionRecord): number {
    if (confirmation) return this.#height - confirmation.height + 1
    return conflictHeight === undefined ? 0 : -(this.#height - conflictHeight + 1)
  }

  /** True if every input spends an output of the wallet, so that nobody else can replace the transaction away. */
  isOwnTransaction({ tx }: TransactionRecord): boolean {
    return !isCoinbase(tx) && tx.inputs.every((input) => this.ownOutput(input.prevout))
  }

  /** The active transaction that spends an outpoint, if it touches the wallet; none that the mempool keeps out. */
  spenderOf(outpoint: OutPoint): TransactionRecord | undefined {
    for (const record of this.log.activeSpenders(outPointKey(outpoint))) {
      if (this.mempoolConflicts(record).size === 0) return record
    }
    return undefined
  }

  /** Txids (internal order, hexadecimal) of transactions in the mempool that keep a record out of it. */
  mempoolConflicts(record: TransactionRecord): ReadonlySet<string> {
    return this.#pool ? findMempoolConflicts(this.log, this.#pool, record) : new Set()
  }

  recordOf(txid: Txid): TransactionRecord | undefined {
    return this.log.get(bytesToHex(txid))
  }

  /** Transactions that the wallet believes to be in the mempool. */
  unconfirmed(): Transaction[] {
    return [...this.log.all()]
      .filter((record) => record.status === 'active' && !record.confirmation)
      .map((record) => record.tx)
  }
}
