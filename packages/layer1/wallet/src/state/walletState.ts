import { assert, bytesToHex, hexToBytes, type Result } from '@ply/bytes'
import {
  type Block,
  type BlockHash,
  encodeAddress,
  isCoinbase,
  type NetworkParameters,
  type OutPoint,
  outPointKey,
  type Transaction,
  type Txid,
  computeTxid,
} from '@ply/primitives'
import { inputWeight } from '../coins/weight.ts'
import type { Account } from '../keys/account.ts'
import { CHANGE, type KeyPath, RECEIVE, type ScriptType } from '../keys/scriptType.ts'
import { AddressBook, type SavedChain } from './addressBook.ts'
import { ChainLedger, type LedgerContents, type Tip } from './chainLedger.ts'
import { type Balance, type Coin, COINBASE_MATURITY, computeBalance } from './coin.ts'
import { compareHistory, createHistoryEntry, type HistoryEntry } from './history.ts'
import type { TransactionRecord } from './transactionLog.ts'

/** Everything of a {@link WalletState} that is not derived. */
export interface WalletContents extends LedgerContents {
  readonly network: NetworkParameters
  readonly accounts: readonly Account[]
  readonly chains: readonly SavedChain[]
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
  readonly #ledger: ChainLedger<KeyPath>
  readonly #labels: Map<string, string>
  readonly #locked: Set<string>

  constructor(contents: WalletContents) {
    this.network = contents.network
    this.addresses = new AddressBook(contents.accounts, contents.network, contents.chains)
    this.#ledger = new ChainLedger(this.addresses, contents)
    this.#labels = new Map(contents.labels)
    this.#locked = new Set(contents.locked)
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
      ...this.#ledger.contents(),
      labels: this.#labels,
      locked: this.#locked,
    }
  }

  /** Height of the last block taken in; `birthHeight − 1` before the first. */
  get height(): number {
    return this.#ledger.height
  }

  get tip(): Tip | undefined {
    return this.#ledger.tip
  }

  /** The hash of a block the wallet took in, as long as it remembers it. */
  blockHashAt(height: number): BlockHash | undefined {
    return this.#ledger.blockHashAt(height)
  }

  /** Takes in the next block. Violation `block-does-not-connect`: not on top of the wallet's tip. */
  applyBlock(height: number, block: Block): Result<void, 'block-does-not-connect'> {
    return this.#ledger.applyBlock(height, block)
  }

  /**
   * Takes the tip back: its transactions are unconfirmed again, its coinbase is gone. Violation `reorg-too-deep` if
   * the wallet no longer remembers the block below: start again with an empty state.
   */
  undoBlock(): Result<void, 'reorg-too-deep'> {
    return this.#ledger.undoBlock()
  }

  /**
   * Takes in a transaction of the mempool; wallet transactions that it conflicts with count as replaced by it.
   * True if it touches the wallet. `time` is when it was seen, in seconds since the Unix epoch.
   */
  applyUnconfirmed(tx: Transaction, time: number): boolean {
    return this.#ledger.applyUnconfirmed(tx, time)
  }

  /** An unconfirmed transaction left the mempool without a successor; so did everything that spends from it. */
  dropUnconfirmed(txid: Txid): void {
    this.#ledger.dropUnconfirmed(txid)
  }

  #createCoin(record: TransactionRecord, outpoint: OutPoint): Coin | undefined {
    const output = record.tx.outputs[outpoint.index]
    const key = output && this.addresses.find(output.scriptPubKey)
    if (!key) return undefined
    const coinbase = isCoinbase(record.tx)
    const height = record.confirmation?.height
    const confirmations = height === undefined ? 0 : this.height - height + 1
    return {
      outpoint,
      output,
      key,
      height,
      confirmations,
      coinbase,
      mature: !coinbase || confirmations > COINBASE_MATURITY,
      inputWeight: inputWeight(key.type),
      trusted: height !== undefined || this.#ledger.isOwnTransaction(record),
      locked: this.#locked.has(outPointKey(outpoint)),
    }
  }

  /** The wallet's coin at an outpoint of an active transaction, spent or not. */
  coinAt(outpoint: OutPoint): Coin | undefined {
    const record = this.#ledger.recordOf(outpoint.txid)
    return record?.status === 'active' ? this.#createCoin(record, outpoint) : undefined
  }

  /** Unspent outputs, oldest first. */
  coins(): Coin[] {
    const coins: Coin[] = []
    for (const record of this.#ledger.log.all()) {
      if (record.status !== 'active') continue
      const txid = computeTxid(record.tx)
      record.tx.outputs.forEach((_, index) => {
        const coin = this.#createCoin(record, { txid, index })
        if (coin && !this.#ledger.spenderOf(coin.outpoint)) coins.push(coin)
      })
    }
    return coins.sort((a, b) => (a.height ?? Infinity) - (b.height ?? Infinity) || 0)
  }

  balance(): Balance {
    return computeBalance(this.coins())
  }

  /** Every transaction that touched the wallet: what waits, then the others from the newest on. */
  history(): HistoryEntry[] {
    const records = [...this.#ledger.log.all()].sort(compareHistory)
    return records.map((record) =>
      createHistoryEntry(record, {
        tipHeight: this.height,
        ownsScript: (script) => this.addresses.find(script) !== undefined,
        ownInputValue: (input) => this.#ledger.ownOutput(input.prevout)?.output.value,
        label: (txid) => this.#labels.get(txid),
        toTxid: (txid) => hexToBytes(txid) as Txid,
      }),
    )
  }

  /** What the wallet knows of a transaction that touched it. */
  recordOf(txid: Txid): TransactionRecord | undefined {
    return this.#ledger.recordOf(txid)
  }

  /** The active transaction that spends an outpoint, if it touches the wallet. */
  spenderOf(outpoint: OutPoint): Transaction | undefined {
    return this.#ledger.spenderOf(outpoint)?.tx
  }

  /** A transaction that touched the wallet. */
  transaction(txid: Txid): Transaction | undefined {
    return this.#ledger.recordOf(txid)?.tx
  }

  /** Unconfirmed transactions that the wallet believes to be in the mempool. */
  unconfirmed(): Transaction[] {
    return this.#ledger.unconfirmed()
  }

  /** The value and script of an output of the wallet's transactions: what a signer needs of its inputs. */
  outputOf(outpoint: OutPoint): Transaction['outputs'][number] | undefined {
    return this.#ledger.recordOf(outpoint.txid)?.tx.outputs[outpoint.index]
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
