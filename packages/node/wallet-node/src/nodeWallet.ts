import type { Block, BlockHash, Transaction, Txid } from '@ply/primitives'
import { computeTxid, computeBlockHash } from '@ply/primitives'
import { type BlockNode, findLocatorFork } from '@ply/chain'
import type { ChainListener, Layer1Node } from '@ply/layer1-node'
import type { DescriptorWallet, TransactionNote } from '@ply/wallet'
import { bytesToHex } from '@ply/bytes'
import { firstHeight } from './chain/firstHeight.ts'
import { firstOnDisk, whyMissing } from './chain/missingBlocks.ts'
import { Rescan } from './chain/rescan.ts'
import type { Signers } from './signer/signers.ts'
import { Resubmission } from './spend/resubmission.ts'
import type { WalletStore } from './storage/walletStore.ts'
import { type TransactionNotice, TransactionNotices } from './transactionNotices.ts'
import { WalletOpenError } from './walletOpenError.ts'
import type { WalletOptions } from './walletOptions.ts'

const BEYOND_PRUNED =
  'Prune: last wallet synchronisation goes beyond pruned data. You need to -reindex (download the whole blockchain again in case of a pruned node)'

const notYet = (height: number): string =>
  `Error loading wallet. Wallet requires blocks to be downloaded, and software does not currently support loading wallets while blocks are being downloaded out of order when using assumeutxo snapshots. Wallet should be able to load successfully after node sync reaches height ${height}`

export interface NodeWalletParts {
  readonly name: string
  readonly wallet: DescriptorWallet
  readonly store: WalletStore
  readonly node: Layer1Node
  readonly options: WalletOptions
  readonly signers: Signers
  /** Hears of transactions that come or move. */
  readonly transactionChanged?: ((notice: TransactionNotice) => void) | undefined
}

/** A loaded wallet: it follows the node's chain and mempool, and everything it knows is on disk. */
export class NodeWallet implements ChainListener {
  readonly name: string
  readonly wallet: DescriptorWallet
  readonly node: Layer1Node
  readonly options: WalletOptions
  /** What signs where the keys are elsewhere. */
  readonly signers: Signers
  readonly rescan: Rescan
  readonly resubmission: Resubmission
  readonly notices: TransactionNotices | undefined
  readonly #store: WalletStore
  #saving: Promise<void> = Promise.resolve()
  #spending: Promise<unknown> = Promise.resolve()
  /** Seconds since the Unix epoch; 0 while locked. */
  #unlockedUntil = 0

  constructor({ name, wallet, store, node, options, signers, transactionChanged }: NodeWalletParts) {
    this.name = name
    this.wallet = wallet
    this.node = node
    this.options = options
    this.signers = signers
    this.#store = store
    this.rescan = new Rescan(this)
    this.resubmission = new Resubmission(this)
    this.notices = transactionChanged && new TransactionNotices(this, transactionChanged)
  }

  now(): number {
    return Math.floor(this.node.clock.now() / 1000)
  }

  /** A line in the log that says which wallet it is about. */
  log(message: string): void {
    this.node.logger.log('info', `[${this.name || 'default wallet'}] ${message}`)
  }

  /** Writes what changed. Writes are in the order in which things changed. */
  save(): Promise<void> {
    const batch = this.#store.takeBatch(this.wallet)
    this.notices?.changed(batch.transactions)
    if (batch.changes.length > 0) this.#saving = this.#saving.then(() => this.#store.write(batch))
    return this.#saving
  }

  /** Runs what chooses coins after all that was asked for before, so that no two payments spend the same. */
  spendInTurn<T>(task: () => Promise<T>): Promise<T> {
    const turn = this.#spending.then(task)
    this.#spending = turn.catch(() => undefined)
    return turn
  }

  /** Leaves nothing on disk of what was there before, such as secrets that lay there in the clear. */
  async rewrite(): Promise<void> {
    await this.save()
    this.#saving = this.#saving.then(() => this.#store.rewrite())
    await this.#saving
  }

  /** Where it lies. */
  get file(): string {
    return this.#store.path
  }

  /** Every row as it is on disk, once what changed is there. */
  async rows(): ReturnType<WalletStore['rows']> {
    await this.save()
    return this.#store.rows()
  }

  /** Brings the wallet to the node's chain: first back to it, then along it. */
  async catchUp(): Promise<void> {
    const { tree } = this.node.chain
    this.#undoStale()
    for (let tip = tree.active.tip; tip && tip.height > this.wallet.ledger.height; tip = tree.active.tip) {
      await this.#follow(tip)
    }
    this.scanMempool()
    await this.save()
  }

  /** Looks for the wallet's transactions in the mempool, parents before children: only those tell some children. */
  scanMempool(): void {
    for (const { tx } of this.node.mempool.mempool.inMiningOrder()) this.transactionAdded(tx)
  }

  /** Looks at the blocks up to one that may have transactions of the wallet. */
  async #follow(tip: BlockNode): Promise<void> {
    const { ledger } = this.wallet
    const birth = this.wallet.birthTime()
    const from = birth === undefined ? undefined : firstHeight(this, birth, ledger.height + 1)
    if (from !== undefined) {
      this.#checkOnDisk(tip)
      this.log(`Rescanning last ${tip.height - from + 1} blocks (from block ${from})...`)
      await this.rescan.run(from, tip.height)
    }
    ledger.moveTo(tip)
    this.wallet.touch()
  }

  /** All blocks must be there from the last one on that the wallet went by. Rejects with {@link WalletOpenError}. */
  #checkOnDisk(tip: BlockNode): void {
    const lowest = Math.max(0, this.wallet.ledger.height)
    const first = firstOnDisk(tip, lowest)
    if (first === lowest) return
    throw new WalletOpenError('loading', whyMissing(this) === 'pruned' ? BEYOND_PRUNED : notYet(first))
  }

  /** The chain goes on from coins that came from somewhere else: what the blocks before hold, a rescan finds later. */
  coinsAdopted(tip: BlockNode): void {
    if (this.wallet.ledger.height >= tip.height) return
    this.wallet.ledger.moveTo(tip)
    this.wallet.touch()
  }

  /** Takes back what the wallet saw in blocks that are not in the node's chain. */
  #undoStale(): void {
    const { tree } = this.node.chain
    const { ledger } = this.wallet
    const { tip } = ledger
    if (!tip) return
    const own = this.node.chain.find(tip.hash)
    const fork = own ? tree.active.findFork(own) : findLocatorFork(this.wallet.locator, tree)
    if (fork && fork.height < tip.height) ledger.moveTo(fork)
  }

  #apply({ height }: BlockNode, block: Block): void {
    const before = this.wallet.ledger.tip
    if (!this.wallet.ledger.applyBlock(height, block).ok && before) {
      throw new Error(`wallet ${this.name} cannot follow the chain to ${bytesToHex(computeBlockHash(block.header))}`)
    }
    this.wallet.touch()
  }

  blockConnected({ node, block }: { readonly node: BlockNode; readonly block: Block }): Promise<void> {
    this.resubmission.blockArrived()
    // Blocks below are those of a wallet that was made ahead of its node.
    if (node.height === this.wallet.ledger.height + 1) this.#apply(node, block)
    return this.save()
  }

  blockDisconnected({ node, block }: { readonly node: BlockNode; readonly block: Block }): Promise<void> {
    const { tip } = this.wallet.ledger
    if (tip?.height === node.height) {
      this.wallet.ledger.undoBlock(block.header.previousBlockHash)
      this.wallet.touch()
    }
    return this.save()
  }

  /** A transaction entered the mempool. */
  transactionAdded(tx: Transaction): void {
    if (this.wallet.ledger.applyUnconfirmed(tx, this.now())) void this.save()
  }

  get isLocked(): boolean {
    if (this.#unlockedUntil > 0 && this.now() >= this.#unlockedUntil) this.lock()
    return this.wallet.ring.isLocked
  }

  get unlockedUntil(): number {
    return this.isLocked ? 0 : this.#unlockedUntil
  }

  /** False for a wrong passphrase. */
  unlock(passphrase: string, seconds: number): boolean {
    if (!this.wallet.ring.unlock(passphrase).ok) return false
    this.#unlockedUntil = this.now() + seconds
    return true
  }

  lock(): void {
    this.wallet.ring.lock()
    this.#unlockedUntil = 0
  }

  /** A transaction that the wallet does not have: of the mempool. */
  findTransaction = (txid: Txid): Transaction | undefined => this.node.mempool.mempool.get(txid)?.tx

  /** Notes a transaction of the wallet and gives it to the mempool; one that does not get in stays in the wallet. */
  async commit(tx: Transaction, note: Partial<TransactionNote> = {}): Promise<void> {
    const txid = computeTxid(tx)
    if (note.comment !== undefined || note.to !== undefined || note.replaces !== undefined) {
      this.wallet.setNote(bytesToHex(txid), note)
    }
    this.wallet.ledger.applyUnconfirmed(tx, this.now())
    await this.save()
    if (this.options.broadcast) await this.#broadcast(tx)
    await this.save()
  }

  async #broadcast(tx: Transaction): Promise<void> {
    const accepted = await this.node.mempool.accept(tx)
    if (accepted.ok) this.node.mempool.addUnbroadcast(computeTxid(tx))
    else this.node.logger.log('info', `CommitTransaction(): Transaction cannot be broadcast immediately`)
  }

  /** Seconds since the Unix epoch when the wallet first saw a transaction of its own. */
  receivedAt(txid: Txid): number {
    return this.wallet.note(bytesToHex(txid))?.received ?? this.wallet.ledger.recordOf(txid)?.time ?? 0
  }

  /** The hash of the last block that the wallet knows. */
  get tipHash(): BlockHash {
    return this.wallet.ledger.tip?.hash ?? this.node.chain.tip.hash
  }

  async close(): Promise<void> {
    this.rescan.abort()
    await this.save()
    await this.#store.close()
  }
}
