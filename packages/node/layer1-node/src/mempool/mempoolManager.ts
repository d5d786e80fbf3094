import { ok } from '@ply/bytes'
import { computeScriptFlags } from '@ply/consensus'
import {
  type AcceptContext,
  type AcceptOptions,
  type AcceptResult,
  BlockPolicyEstimator,
  checkPoolConsistency,
  Mempool,
  type MempoolEntry,
  type MempoolOptions,
  type PackageResult,
  type RemovalReason,
} from '@ply/mempool'
import type { Logger } from '@ply/ports'
import {
  type BlockHash,
  computeTxid,
  formatBtc,
  hashToDisplay,
  type OutPoint,
  type Transaction,
  type TxOutput,
  type Txid,
  ZERO_HASH,
} from '@ply/primitives'
import type { ChainManager } from '../chain/chainManager.ts'
import { everyNth } from '../everyNth.ts'
import { DisconnectedTransactions } from './disconnectedTransactions.ts'

/** Hears of transactions that entered or left. */
export interface MempoolListener {
  added?(entry: MempoolEntry): void
  removed?(entry: MempoolEntry, reason: RemovalReason): void
}

/** The mempool, kept in step with the chain. What needs coins waits its turn in the chain's queue. */
export class MempoolManager {
  readonly mempool: Mempool
  #estimator = new BlockPolicyEstimator()
  /** What comes now comes in a package: its feerate says little. */
  #submitsPackage = false
  readonly #chain: ChainManager
  readonly #logger: Logger
  readonly #listeners: MempoolListener[] = []
  readonly #disconnected = new DisconnectedTransactions()
  readonly #unbroadcast = new Set<MempoolEntry>()
  readonly #isCheckDue: () => boolean
  #updates = 0
  /** Changes of what a block template is made of, beside those of the pool. */
  #turns = 0

  /** `checkEvery`: changes after which the whole pool is checked; never by default. */
  constructor(chain: ChainManager, logger: Logger, options: Partial<MempoolOptions> = {}, checkEvery?: number) {
    this.#chain = chain
    this.#isCheckDue = everyNth(checkEvery)
    this.#logger = logger.child('mempool')
    // Where the genesis block alone is there, it has just come.
    if (chain.tip.height === 0) this.#turns++
    this.mempool = new Mempool(options, {
      added: (entry) => {
        this.#updates++
        if (this.#isTelling(entry)) this.#estimator.entered(entry)
        this.#logger.log('debug', 'added', { txid: hashToDisplay(entry.txid), vsize: entry.vsize, fee: entry.fee })
        for (const listener of [...this.#listeners]) listener.added?.(entry)
      },
      removed: (entry, reason) => {
        this.#updates++
        if (reason !== 'block') this.#estimator.left(entry.key)
        if (this.#unbroadcast.delete(entry)) this.#lostUnbroadcast(entry)
        if (reason !== 'block') this.#logger.log('debug', 'removed', { txid: hashToDisplay(entry.txid), reason })
        for (const listener of [...this.#listeners]) listener.removed?.(entry, reason)
      },
      trimmed: (count, feeRate) => {
        const least = `${formatBtc(feeRate)} BTC/kvB`
        this.#logger.log('debug', `Removed ${count} txn, rolling minimum fee bumped to ${least}`)
      },
    })
    chain.subscribe({
      blockConnected: ({ block, node }) => {
        this.#turns++
        this.#estimator.blockConnected(this.mempool.blockConnected(block, this.now()), node.height)
      },
      blockDisconnected: ({ block }) => {
        this.#turns++
        for (const tx of this.#disconnected.addBlock(block.transactions)) this.mempool.removeSpenders(tx)
      },
      reorganised: (deep) => this.#reorganise(deep),
    })
  }

  get estimator(): BlockPolicyEstimator {
    return this.#estimator
  }

  /** Goes on with what an estimator of an earlier run knew. */
  restoreEstimator(estimator: BlockPolicyEstimator): void {
    this.#estimator = estimator
  }

  /** Whether how long the entry takes says something about its feerate. */
  #isTelling({ parents, fromBlock }: MempoolEntry): boolean {
    return parents.size === 0 && !fromBlock && !this.#submitsPackage && !this.#chain.isInitialBlockDownload()
  }

  /** Satoshi per 1000 vbytes with which to confirm within `target` blocks; undefined if nobody can tell. */
  estimateFeeRate(target: number): bigint | undefined {
    const feeRate = this.#estimator.estimateSmart(target).feeRate ?? this.mempool.options.fallbackFeeRate
    const minimum = this.minFeeRate()
    return feeRate !== undefined && feeRate < minimum ? minimum : feeRate
  }

  /** How often pool, tip or a fee in the miner's eyes has changed. */
  get updates(): number {
    return this.#updates + this.#turns
  }

  /** Corrects the fee of a transaction in the miner's eyes, whether it is here or not. */
  prioritise(txid: Txid, delta: bigint): void {
    this.mempool.prioritise(txid, delta)
    if (this.mempool.get(txid)) this.#turns++
  }

  /** Bitcoin Core's number of the next change. */
  get sequence(): number {
    return this.#updates + 1
  }

  /** Entries of our own users that no peer has asked for yet. */
  get unbroadcast(): ReadonlySet<MempoolEntry> {
    return this.#unbroadcast
  }

  #lostUnbroadcast({ txid }: MempoolEntry): void {
    const what = 'from set of unbroadcast txns before confirmation that txn was sent out'
    this.#logger.log('debug', `Removed ${hashToDisplay(txid)} ${what}`)
  }

  /** A peer asked for a transaction: it need not be announced again. */
  confirmBroadcast(tx: Transaction): void {
    const entry = this.mempool.get(computeTxid(tx))
    if (entry) this.#unbroadcast.delete(entry)
  }

  /** Notes that an entry came from us, until a peer asks for it. */
  addUnbroadcast(txid: Uint8Array): void {
    const entry = this.mempool.get(txid)
    if (entry) this.#unbroadcast.add(entry)
  }

  /** Seconds since the Unix epoch. */
  now(): number {
    return Math.floor(this.#chain.clock.now() / 1000)
  }

  subscribe(listener: MempoolListener): () => void {
    this.#listeners.push(listener)
    return () => {
      const at = this.#listeners.indexOf(listener)
      if (at >= 0) this.#listeners.splice(at, 1)
    }
  }

  minFeeRate(): bigint {
    return this.mempool.minFeeRate(this.now())
  }

  #context(): AcceptContext {
    const { tip, parameters, coins, scriptCache } = this.#chain
    const blockFlags = computeScriptFlags(ZERO_HASH as BlockHash, tip.height + 1, parameters)
    return { coins, tip, blockFlags, scriptCache, now: this.now() }
  }

  async #reorganise(deep = false): Promise<void> {
    const taken = this.#disconnected.take()
    if (deep) for (const tx of taken) this.mempool.removeSpenders(tx)
    const disconnected = deep ? [] : taken
    await this.#chain.loadCoins(this.mempool.requiredForReorg(disconnected))
    this.mempool.reorganise(disconnected, this.#context())
    await this.#check()
  }

  /** Looks whether the whole pool holds together, if it is time: where it does not, the node must not go on. */
  async #check(): Promise<void> {
    if (!this.#isCheckDue()) return
    const { mempool } = this
    const prevouts = [...mempool.entries()].flatMap(({ tx }) => tx.inputs.map(({ prevout }) => prevout))
    this.#logger.log('debug', `Checking mempool with ${mempool.size} transactions and ${prevouts.length} inputs`)
    await this.#chain.loadCoins(prevouts.filter(({ txid }) => !mempool.get(txid)))
    checkPoolConsistency(mempool, (outpoint) => this.#chain.coins.get(outpoint) !== undefined)
  }

  /** Offers a transaction. One that is there already is welcome. `arrived`: when it first came, if not now. */
  accept(tx: Transaction, options: AcceptOptions = {}, arrived?: number): Promise<AcceptResult> {
    return this.#chain.exclusive(async () => {
      const known = this.mempool.get(computeTxid(tx))
      if (known && known.tx === tx) return ok({ entry: known, replaced: [] })
      await this.#chain.loadCoins(this.mempool.requiredOutpoints([tx]))
      const context = this.#context()
      const result = this.mempool.accept(tx, arrived === undefined ? context : { ...context, arrived }, options)
      await this.#check()
      return result
    })
  }

  acceptPackage(transactions: readonly Transaction[], options: AcceptOptions = {}): Promise<PackageResult> {
    return this.#chain.exclusive(async () => {
      await this.#chain.loadCoins(this.mempool.requiredOutpoints(transactions))
      this.#submitsPackage = true
      try {
        const result = this.mempool.acceptPackage(transactions, this.#context(), options)
        await this.#check()
        return result
      } finally {
        this.#submitsPackage = false
      }
    })
  }

  testAccept(
    transactions: readonly Transaction[],
    options: Pick<AcceptOptions, 'maxFeeRate'> = {},
  ): Promise<PackageResult> {
    return this.#chain.exclusive(async () => {
      await this.#chain.loadCoins(this.mempool.requiredOutpoints(transactions))
      return this.mempool.testAccept(transactions, this.#context(), options)
    })
  }

  /** The output, if the pool makes it or the chain has not spent it. The pool may spend it: who signs may replace. */
  findOutput(outpoint: OutPoint): Promise<UnspentOutput | undefined> {
    return this.#chain.exclusive(async () => this.#poolOutput(outpoint) ?? (await this.#chainOutput(outpoint)))
  }

  /** The output, if neither the chain nor (unless told otherwise) the pool spends it. */
  unspentOutput(
    outpoint: OutPoint,
    { withMempool = true }: { readonly withMempool?: boolean } = {},
  ): Promise<UnspentOutput | undefined> {
    return this.#chain.exclusive(async () => {
      if (withMempool && this.mempool.graph.spender(outpoint)) return undefined
      return (withMempool ? this.#poolOutput(outpoint) : undefined) ?? (await this.#chainOutput(outpoint))
    })
  }

  #poolOutput({ txid, index }: OutPoint): UnspentOutput | undefined {
    const output = this.mempool.get(txid)?.tx.outputs[index]
    return output && { output, height: undefined, isCoinbase: false }
  }

  async #chainOutput(outpoint: OutPoint): Promise<UnspentOutput | undefined> {
    await this.#chain.loadCoins([outpoint])
    return this.#chain.coins.get(outpoint)
  }
}

/** An output and where it is: `height` is undefined in the pool. */
export interface UnspentOutput {
  readonly output: TxOutput
  readonly height: number | undefined
  readonly isCoinbase: boolean
}
