import { assert, bytesToHex, equalBytes, err, hexToBytes, ok, type Result } from '@ply/bytes'
import {
  type Block,
  type BlockHash,
  computeBlockHash,
  computeTxid,
  encodeAddress,
  isCoinbase,
  type NetworkParameters,
  type OutPoint,
  outPointKey,
  type Transaction,
  type Txid,
} from '@ply/primitives'
import type { Account } from '../keys/account.ts'
import { CHANGE, type KeyPath, RECEIVE, type ScriptType } from '../keys/scriptType.ts'
import { AddressBook, type SavedChain } from './addressBook.ts'
import { type Balance, type Coin, COINBASE_MATURITY, computeBalance } from './coin.ts'
import { compareHistory, createHistoryEntry, type HistoryEntry } from './history.ts'
import { TransactionLog, type TransactionRecord } from './transactionLog.ts'

/** So many block hashes are kept to find the fork point of a reorg; a deeper one needs a rescan. */
export const KEPT_BLOCK_HASHES = 2016

/** The last block that the wallet took in. */
export interface Tip {
  readonly height: number
  readonly hash: BlockHash
}

/** Everything of a {@link WalletState} that is not derived. */
export interface WalletContents {
  readonly network: NetworkParameters
  readonly accounts: readonly Account[]
  readonly chains: readonly SavedChain[]
  /** Hashes of the last blocks, the tip's at the end; empty before the first block. */
  readonly recentBlocks: readonly BlockHash[]
  /** Height of the tip; −1 before the first block. */
  readonly height: number
  readonly records: readonly TransactionRecord[]
  readonly labels: ReadonlyMap<string, string>
  readonly locked: ReadonlySet<string>
}

/** An address of the wallet and its key. */
export interface WalletAddress {
  readonly address: string
  readonly scriptPubKey: Uint8Array
  readonly key: KeyPath
}

/**
 * What a wallet knows: fed with blocks and transactions, it answers with balance, coins, history and addresses.
 * It has no secrets and knows no node; whoever feeds it decides what is in the chain and in the mempool.
 */
export class WalletState {
  readonly network: NetworkParameters
  readonly addresses: AddressBook
  readonly #log = new TransactionLog()
  readonly #recentBlocks: BlockHash[]
  #height: number
  readonly #labels: Map<string, string>
  readonly #locked: Set<string>

  constructor(contents: WalletContents) {
    this.network = contents.network
    this.addresses = new AddressBook(contents.accounts, contents.network, contents.chains)
    this.#recentBlocks = [...contents.recentBlocks]
    this.#height = contents.height
    this.#labels = new Map(contents.labels)
    this.#locked = new Set(contents.locked)
    for (const record of contents.records) this.#log.put(record)
  }

  /**
   * An empty wallet. `birthHeight` is the height of the first block that it may be fed with: keys made today have no
   * coins in yesterday's blocks.
   */
  static create(accounts: readonly Account[], network: NetworkParameters, birthHeight = 0): WalletState {
    return new WalletState({
      network,
      accounts,
      chains: [],
      recentBlocks: [],
      height: birthHeight - 1,
      records: [],
      labels: new Map(),
      locked: new Set(),
    })
  }

  contents(): WalletContents {
    return {
      network: this.network,
      accounts: this.addresses.accounts,
      chains: this.addresses.save(),
      recentBlocks: this.#recentBlocks,
      height: this.#height,
      records: [...this.#log.all()],
      labels: this.#labels,
      locked: this.#locked,
    }
  }

  /** Height of the last block taken in; `birthHeight − 1` before the first. */
  get height(): number {
    return this.#height
  }

  get tip(): Tip | undefined {
    const hash = this.#recentBlocks.at(-1)
    return hash && { height: this.#height, hash }
  }

  /** The hash of a block the wallet took in, as long as it remembers it. */
  blockHashAt(height: number): BlockHash | undefined {
    const back = this.#height - height
    return back < 0 ? undefined : this.#recentBlocks.at(-1 - back)
  }

  /** Takes in the next block. Violation `block-does-not-connect`: not on top of the wallet's tip. */
  applyBlock(height: number, block: Block): Result<void, 'block-does-not-connect'> {
    const tip = this.tip
    if (height !== this.#height + 1) return err('block-does-not-connect')
    if (tip && !equalBytes(tip.hash, block.header.previousBlockHash)) return err('block-does-not-connect')
    // A payment to a key behind the gap may stand before the one that widens the gap.
    let windowGrew: boolean
    do {
      windowGrew = false
      block.transactions.forEach((tx, position) => {
        if (this.#take(tx, { height, position }, block.header.time)) windowGrew = true
      })
    } while (windowGrew)
    this.#recentBlocks.push(computeBlockHash(block.header))
    if (this.#recentBlocks.length > KEPT_BLOCK_HASHES) this.#recentBlocks.shift()
    this.#height = height
    return ok(undefined)
  }

  /**
   * Takes the tip back: its transactions are unconfirmed again, its coinbase is gone. Violation `reorg-too-deep` if
   * the wallet no longer remembers the block below: start again with an empty state.
   */
  undoBlock(): Result<void, 'reorg-too-deep'> {
    if (this.#recentBlocks.length < 2) return err('reorg-too-deep')
    const height = this.#height
    const undone = [...this.#log.all()].filter((record) => record.confirmation?.height === height)
    undone.sort((a, b) => b.confirmation!.position - a.confirmation!.position)
    for (const record of undone) {
      if (isCoinbase(record.tx)) this.#log.deactivate(record.txid, 'dropped')
      else this.#log.put({ ...record, confirmation: undefined })
    }
    this.#recentBlocks.pop()
    this.#height = height - 1
    return ok(undefined)
  }

  /**
   * Takes in a transaction of the mempool; wallet transactions that it conflicts with count as replaced by it.
   * True if it touches the wallet. `time` is when it was seen, in seconds since the Unix epoch.
   */
  applyUnconfirmed(tx: Transaction, time: number): boolean {
    const txid = bytesToHex(computeTxid(tx))
    const known = this.#log.get(txid)
    if (known?.status === 'active') return true
    if (this.#log.conflicts(tx).some((record) => record.confirmation)) return false
    this.#take(tx, undefined, known?.time ?? time)
    return this.#log.get(txid)?.status === 'active'
  }

  /** An unconfirmed transaction left the mempool without a successor; so did everything that spends from it. */
  dropUnconfirmed(txid: Txid): void {
    const record = this.#log.get(bytesToHex(txid))
    if (record && !record.confirmation) this.#log.deactivate(record.txid, 'dropped')
  }

  /** Adds a transaction that touches the wallet, and retires its conflicts. True if more scripts are watched now. */
  #take(tx: Transaction, confirmation: TransactionRecord['confirmation'], time: number): boolean {
    const txid = bytesToHex(computeTxid(tx))
    if (!isCoinbase(tx)) {
      for (const loser of this.#log.conflicts(tx)) this.#log.deactivate(loser.txid, 'replaced', txid)
    }
    const keys = tx.outputs.map((output) => this.addresses.find(output.scriptPubKey)).filter((key) => key !== undefined)
    if (keys.length === 0 && !tx.inputs.some((input) => this.#ownOutput(input.prevout))) return false
    this.#log.put({ tx, txid, status: 'active', confirmation, time, replacedBy: undefined })
    return keys.map((key) => this.addresses.markUsed(key)).some(Boolean)
  }

  /** The wallet's own output at an outpoint, spent or not, in an active transaction. */
  #ownOutput(outpoint: OutPoint): { readonly key: KeyPath; readonly value: bigint } | undefined {
    const record = this.#log.get(bytesToHex(outpoint.txid))
    const output = record?.tx.outputs[outpoint.index]
    const key = output && this.addresses.find(output.scriptPubKey)
    return key && { key, value: output.value }
  }

  #isOwnTransaction(record: TransactionRecord): boolean {
    return !isCoinbase(record.tx) && record.tx.inputs.every((input) => this.#ownOutput(input.prevout))
  }

  #createCoin(record: TransactionRecord, outpoint: OutPoint): Coin | undefined {
    const output = record.tx.outputs[outpoint.index]
    const key = output && this.addresses.find(output.scriptPubKey)
    if (!key) return undefined
    const coinbase = isCoinbase(record.tx)
    const height = record.confirmation?.height
    const confirmations = height === undefined ? 0 : this.#height - height + 1
    return {
      outpoint,
      output,
      key,
      height,
      confirmations,
      coinbase,
      mature: !coinbase || confirmations > COINBASE_MATURITY,
      trusted: height !== undefined || this.#isOwnTransaction(record),
      locked: this.#locked.has(outPointKey(outpoint)),
    }
  }

  /** The wallet's coin at an outpoint of an active transaction, spent or not. */
  coinAt(outpoint: OutPoint): Coin | undefined {
    const record = this.#log.get(bytesToHex(outpoint.txid))
    return record?.status === 'active' ? this.#createCoin(record, outpoint) : undefined
  }

  /** Unspent outputs, oldest first. */
  coins(): Coin[] {
    const coins: Coin[] = []
    for (const record of this.#log.all()) {
      if (record.status !== 'active') continue
      const txid = computeTxid(record.tx)
      record.tx.outputs.forEach((_, index) => {
        const coin = this.#createCoin(record, { txid, index })
        if (coin && !this.#log.activeSpender(outPointKey(coin.outpoint))) coins.push(coin)
      })
    }
    return coins.sort((a, b) => (a.height ?? Infinity) - (b.height ?? Infinity) || 0)
  }

  balance(): Balance {
    return computeBalance(this.coins())
  }

  /** Every transaction that touched the wallet: what waits, then the others from the newest on. */
  history(): HistoryEntry[] {
    const records = [...this.#log.all()].sort(compareHistory)
    return records.map((record) =>
      createHistoryEntry(record, {
        tipHeight: this.#height,
        ownsScript: (script) => this.addresses.find(script) !== undefined,
        ownInputValue: (input) => this.#ownOutput(input.prevout)?.value,
        label: (txid) => this.#labels.get(txid),
        toTxid: (txid) => hexToBytes(txid) as Txid,
      }),
    )
  }

  /** What the wallet knows of a transaction that touched it. */
  recordOf(txid: Txid): TransactionRecord | undefined {
    return this.#log.get(bytesToHex(txid))
  }

  /** The active transaction that spends an outpoint, if it touches the wallet. */
  spenderOf(outpoint: OutPoint): Transaction | undefined {
    return this.#log.activeSpender(outPointKey(outpoint))?.tx
  }

  /** A transaction that touched the wallet. */
  transaction(txid: Txid): Transaction | undefined {
    return this.#log.get(bytesToHex(txid))?.tx
  }

  /** Unconfirmed transactions that the wallet believes to be in the mempool. */
  unconfirmed(): Transaction[] {
    return [...this.#log.all()]
      .filter((record) => record.status === 'active' && !record.confirmation)
      .map((record) => record.tx)
  }

  /** The value and script of an output of the wallet's transactions: what a signer needs of its inputs. */
  outputOf(outpoint: OutPoint): Transaction['outputs'][number] | undefined {
    return this.#log.get(bytesToHex(outpoint.txid))?.tx.outputs[outpoint.index]
  }

  /** The first receive address that was never seen on chain; with `fresh` one that was never handed out either. */
  nextAddress(type: ScriptType = 'p2wpkh', options: { readonly fresh?: boolean } = {}): WalletAddress {
    if (!options.fresh) return this.addressAt(this.addresses.firstUnused(type, RECEIVE))
    const key = this.addresses.firstFresh(type, RECEIVE)
    this.addresses.markIssued(key)
    return this.addressAt(key)
  }

  /** An address for change that nobody was given. It stays the same until it is marked as issued or used. */
  changeAddress(type: ScriptType = 'p2wpkh'): WalletAddress {
    return this.addressAt(this.addresses.firstFresh(type, CHANGE))
  }

  addressAt(key: KeyPath): WalletAddress {
    const scriptPubKey = this.addresses.scriptPubKey(key)
    const address = encodeAddress(scriptPubKey, this.network)
    assert(address !== undefined, 'wallet script without an address')
    return { address, scriptPubKey, key }
  }

  /** Keeps a coin out of coin selection, or lets it back in. */
  setLocked(outpoint: OutPoint, locked: boolean): void {
    const id = outPointKey(outpoint)
    if (locked) this.#locked.add(id)
    else this.#locked.delete(id)
  }

  /** The name of a transaction. */
  label(txid: Txid): string | undefined {
    return this.#labels.get(bytesToHex(txid))
  }

  /** Names a transaction; the empty text takes the name away. */
  setLabel(txid: Txid, label: string): void {
    const id = bytesToHex(txid)
    if (label === '') this.#labels.delete(id)
    else this.#labels.set(id, label)
  }
}
