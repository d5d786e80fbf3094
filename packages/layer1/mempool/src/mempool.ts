import { bytesToHex, err, ok, type Result } from '@ply/bytes'
import { COINBASE_MATURITY, invalidTx, type TxViolation } from '@ply/consensus'
import {
  type Block,
  computeTxid,
  isCoinbase,
  isNullOutPoint,
  type OutPoint,
  type Transaction,
  type Txid,
} from '@ply/primitives'
import { checkAcceptance } from './accept/checkAcceptance.ts'
import { MempoolCoins } from './accept/coins.ts'
import type { AcceptContext, AcceptOptions, Workspace } from './accept/context.ts'
import { checkPackage } from './accept/package.ts'
import type { PoolState } from './accept/poolState.ts'
import { checkFeeRate } from './accept/preChecks.ts'
import { areSequenceLocksMetAfter, isFinalAfter } from './accept/timeLocks.ts'
import { type FeeEstimate, FeeEstimator } from './estimate/feeEstimator.ts'
import { computeFeeRate } from './policy/feeRate.ts'
import { DEFAULT_MEMPOOL_OPTIONS, type MempoolOptions } from './policy/options.ts'
import type { EntryChunk } from './pool/cluster.ts'
import type { MempoolEntry } from './pool/entry.ts'
import { computeEntryInfo, type EntryInfo } from './pool/entryInfo.ts'
import { MempoolGraph } from './pool/graph.ts'
import { computeMiningOrder, findWorstChunk, type MiningPackage } from './pool/miningOrder.ts'
import { RollingFee } from './pool/rollingFee.ts'

/** Why an entry left the pool. */
export type RemovalReason = 'block' | 'conflict' | 'replaced' | 'expiry' | 'size-limit' | 'reorg'

/** Hears of every change, at once. Dry runs make none. */
export interface MempoolObserver {
  added?(entry: MempoolEntry): void
  removed?(entry: MempoolEntry, reason: RemovalReason): void
}

export interface Accepted {
  readonly entry: MempoolEntry
  /** What it pushed out by paying more. */
  readonly replaced: readonly MempoolEntry[]
}

export type AcceptResult = Result<Accepted, TxViolation>

export interface PackageResult {
  /** `success`, `transaction failed`, or the rule that the package as a whole broke. */
  readonly message: string
  /** One for each transaction, as far as they were looked at. */
  readonly results: readonly (AcceptResult | undefined)[]
}

/** Unconfirmed transactions that may go into the next blocks. Single-threaded: every method is done when it returns. */
export class Mempool implements PoolState {
  readonly options: MempoolOptions
  readonly graph = new MempoolGraph()
  readonly #observer: MempoolObserver
  readonly #rolling: RollingFee
  readonly #estimator: FeeEstimator
  readonly #deltas = new Map<string, bigint>()
  #sequence = 0

  constructor(options: Partial<MempoolOptions> = {}, observer: MempoolObserver = {}) {
    this.options = { ...DEFAULT_MEMPOOL_OPTIONS, ...options }
    this.#observer = observer
    this.#rolling = new RollingFee(this.options.incrementalFeeRate)
    this.#estimator = new FeeEstimator(this.options.fallbackFeeRate)
  }

  get size(): number {
    return this.graph.size
  }

  nextSequence(): number {
    return ++this.#sequence
  }

  get(txid: Uint8Array): MempoolEntry | undefined {
    return this.graph.get(txid)
  }
  byWtxid(wtxid: Uint8Array): MempoolEntry | undefined {
    return this.graph.byWtxid(wtxid)
  }
  /** In order of arrival. */
  entries(): IterableIterator<MempoolEntry> {
    return this.graph.entries()
  }
  /** The entry and its surroundings. */
  info(txid: Uint8Array): EntryInfo | undefined {
    const entry = this.graph.get(txid)
    return entry && computeEntryInfo(this.graph, entry)
  }
  /** What to mine, best feerate first. */
  packages(): MiningPackage[] {
    return computeMiningOrder(this.graph)
  }

  rollingFeeRate(now: number): bigint {
    return this.#rolling.at(now, this.graph.usage / this.options.maxBytes)
  }

  /** The lowest feerate that is taken at `now` (seconds), in satoshi per 1000 vbytes. */
  minFeeRate(now: number): bigint {
    const rolling = this.rollingFeeRate(now)
    return rolling > this.options.minRelayFeeRate ? rolling : this.options.minRelayFeeRate
  }

  /** The feerate with which to confirm within `target` blocks, as seen at `now` (seconds). */
  estimateFee(target: number, now: number): FeeEstimate {
    return this.#estimator.estimate(target, this.minFeeRate(now))
  }

  /** The confirmed coins that `accept` will ask for: inputs that the pool does not create, and the own outputs. */
  requiredOutpoints(transactions: readonly Transaction[]): OutPoint[] {
    return transactions.flatMap((tx) => {
      const txid = computeTxid(tx)
      const own = tx.outputs.map((_, index) => ({ txid, index }))
      return [...tx.inputs.map((input) => input.prevout).filter(({ txid: id }) => !this.graph.get(id)), ...own]
    })
  }

  /** Takes a transaction in if every rule allows it, at the cost of those it replaces. Core's reject reasons. */
  accept(tx: Transaction, context: AcceptContext, options: AcceptOptions = {}): AcceptResult {
    const checked = checkAcceptance(this, tx, context, options)
    if (!checked.ok) return checked
    const accepted = this.#commit(checked.value)
    if (options.bypassLimits) return ok(accepted)
    this.#limit(context.now)
    return this.graph.has(accepted.entry) ? ok(accepted) : invalidTx('reconsiderable', 'mempool full')
  }

  #commit({ entry, removed }: Workspace): Accepted {
    this.#remove(removed, 'replaced')
    this.graph.add(entry)
    this.#observer.added?.(entry)
    return { entry, replaced: removed }
  }

  /**
   * What `accept` would say, without a change. Of several transactions each sees those before it, and none may replace;
   * behind the first failure nothing is checked.
   */
  testAccept(
    transactions: readonly Transaction[],
    context: AcceptContext,
    options: Pick<AcceptOptions, 'maxFeeRate'> = {},
  ): (AcceptResult | undefined)[] {
    const allowReplacement = transactions.length === 1
    const staged: MempoolEntry[] = []
    const results: (AcceptResult | undefined)[] = []
    for (const tx of transactions) {
      const checked = checkAcceptance(this, tx, context, { ...options, allowReplacement })
      if (!checked.ok) {
        results.push(checked)
        break
      }
      const { entry, removed } = checked.value
      results.push(ok({ entry, replaced: removed }))
      // A lone transaction need not enter, and what it replaces must stay.
      if (allowReplacement) break
      this.graph.add(entry)
      staged.push(entry)
    }
    this.graph.remove(staged)
    return transactions.map((_, i) => results[i])
  }

  /**
   * Takes a child together with parents that pay too little alone: the fee is judged over them all. Transactions that
   * can stand alone go in alone, so a failure of the package leaves those in.
   */
  acceptPackage(
    transactions: readonly Transaction[],
    context: AcceptContext,
    options: AcceptOptions = {},
  ): PackageResult {
    const form = checkPackage(transactions)
    if (!form.ok) return { message: form.error, results: transactions.map(() => undefined) }
    const results: (AcceptResult | undefined)[] = transactions.map((tx) => this.#acceptOrFind(tx, context, options))
    const deferred = transactions.flatMap((_, i) => {
      const result = results[i]!
      return !result.ok && isDeferrable(result.error) ? [i] : []
    })
    const failed = results.some((result, i) => !result!.ok && !deferred.includes(i))
    if (!failed && deferred.length === 0) return { message: 'success', results }
    // Without a parent to carry there is nothing that the package could mend.
    if (failed || deferred.length < 2) return { message: 'transaction failed', results }
    const together = this.#acceptTogether(
      deferred.map((i) => transactions[i]!),
      context,
      options,
    )
    if (!together.ok) {
      const at = deferred[together.error.index] ?? transactions.length - 1
      results[at] = err(together.error.violation)
      return { message: together.error.message, results }
    }
    for (const [k, i] of deferred.entries()) results[i] = ok(together.value[k]!)
    return { message: 'success', results }
  }

  #acceptOrFind(tx: Transaction, context: AcceptContext, options: AcceptOptions): AcceptResult {
    const known = this.graph.get(computeTxid(tx))
    return known ? ok({ entry: known, replaced: [] }) : this.accept(tx, context, options)
  }

  #acceptTogether(
    transactions: readonly Transaction[],
    context: AcceptContext,
    options: AcceptOptions,
  ): Result<Accepted[], { readonly index: number; readonly violation: TxViolation; readonly message: string }> {
    const staged: MempoolEntry[] = []
    const fail = (index: number, violation: TxViolation, message: string) => {
      this.graph.remove(staged.filter((entry) => this.graph.has(entry)))
      return err({ index, violation, message })
    }
    for (const [index, tx] of transactions.entries()) {
      const rules = { ...options, inPackage: true, allowReplacement: false }
      const checked = checkAcceptance(this, tx, context, rules)
      if (!checked.ok) return fail(index, checked.error, 'transaction failed')
      this.graph.add(checked.value.entry)
      staged.push(checked.value.entry)
    }
    const fee = staged.reduce((sum, entry) => sum + entry.modifiedFee, 0n)
    const vsize = staged.reduce((sum, entry) => sum + entry.vsize, 0)
    const paid = checkFeeRate(this, fee, vsize, context.now)
    if (!paid.ok) return fail(staged.length - 1, paid.error, paid.error.reason)
    for (const entry of staged) this.#observer.added?.(entry)
    this.#limit(context.now)
    const gone = staged.findIndex((entry) => !this.graph.has(entry))
    if (gone >= 0) {
      const full = { failure: 'reconsiderable', reason: 'mempool full', message: '' } as const
      return err({ index: gone, violation: full, message: 'transaction failed' })
    }
    return ok(staged.map((entry) => ({ entry, replaced: [] })))
  }

  /** Takes out what a connected block confirmed or made impossible. Returns the confirmed entries. */
  blockConnected(block: Block, now: number): MempoolEntry[] {
    const confirmed = block.transactions.flatMap((tx) => this.graph.get(computeTxid(tx)) ?? [])
    this.#estimator.blockConnected(confirmed)
    for (const tx of block.transactions) {
      const entry = this.graph.get(computeTxid(tx))
      if (entry) {
        this.#remove([entry], 'block')
      } else if (!isCoinbase(tx)) {
        this.#remove([...this.graph.descendants(this.graph.conflictsOf(tx))], 'conflict')
      }
      this.#deltas.delete(bytesToHex(computeTxid(tx)))
    }
    this.#rolling.blockConnected(now)
    return confirmed
  }

  /** The confirmed coins that `reorganise` will ask for. */
  requiredForReorg(disconnected: readonly Transaction[]): OutPoint[] {
    const rechecked = [...this.graph.entries()].filter(mayBecomeInvalid)
    return [
      ...this.requiredOutpoints(disconnected).filter((outpoint) => !isNullOutPoint(outpoint)),
      ...rechecked.flatMap((entry) => entry.tx.inputs.map((input) => input.prevout)),
    ]
  }

  /**
   * After a reorg, when the new chain is connected: takes back the transactions of disconnected blocks, earliest first,
   * and drops what the new chain does not allow any more (locks, immature coinbases, lost parents).
   */
  reorganise(disconnected: readonly Transaction[], context: AcceptContext): void {
    for (const tx of disconnected) {
      const txid = computeTxid(tx)
      const confirmedAgain = tx.outputs.some((_, index) => context.coins.get({ txid, index }))
      if (confirmedAgain || this.graph.get(txid)) continue
      if (!isCoinbase(tx) && this.accept(tx, context, { bypassLimits: true }).ok) continue
      this.#removeWithDescendants(this.graph.childrenOf(tx, txid), 'reorg')
    }
    const invalid = [...this.graph.entries()].filter(
      (entry) => mayBecomeInvalid(entry) && !this.#isStillValid(entry, context),
    )
    this.#removeWithDescendants(invalid, 'reorg')
    this.#trimClusters()
    this.#limit(context.now)
  }

  #isStillValid({ tx, spendsCoinbase }: MempoolEntry, context: AcceptContext): boolean {
    const { tip } = context
    const nextHeight = tip.height + 1
    const coins = new MempoolCoins(this.graph, context.coins, nextHeight)
    const spent = tx.inputs.map((input) => coins.get(input.prevout))
    if (spent.some((coin) => coin === undefined)) return false
    if (!isFinalAfter(tx, tip) || !areSequenceLocksMetAfter(tx, tip, coins)) return false
    return !spendsCoinbase || spent.every((coin) => !coin?.isCoinbase || nextHeight - coin.height >= COINBASE_MATURITY)
  }

  /** Parents that came back may have joined clusters into one that is too large. */
  #trimClusters(): void {
    const { maxClusterCount, maxClusterWeight } = this.options
    for (;;) {
      const large = [...this.graph.clusters].find(
        (cluster) => cluster.entries.size > maxClusterCount || cluster.weight > maxClusterWeight,
      )
      const last: EntryChunk | undefined = large?.chunks.at(-1)
      if (!last) return
      this.#removeWithDescendants(last.entries, 'size-limit')
    }
  }

  #limit(now: number): void {
    this.expire(now)
    while (this.graph.usage > this.options.maxBytes) {
      const worst = findWorstChunk(this.graph)
      if (!worst) return
      this.#rolling.raise(computeFeeRate(worst.fee, Math.ceil(worst.size / 4)))
      this.#removeWithDescendants(worst.entries, 'size-limit')
    }
  }

  /** Drops what came too long before `now` (seconds), with what depends on it. */
  expire(now: number): void {
    const oldest = now - this.options.expiry
    const expired: MempoolEntry[] = []
    for (const entry of this.graph.entries()) {
      // Entries stand in order of arrival.
      if (entry.time >= oldest) break
      expired.push(entry)
    }
    this.#removeWithDescendants(expired, 'expiry')
  }

  #removeWithDescendants(entries: readonly MempoolEntry[], reason: RemovalReason): void {
    this.#remove([...this.graph.descendants(entries)], reason)
  }

  #remove(entries: readonly MempoolEntry[], reason: RemovalReason): void {
    if (entries.length === 0) return
    this.graph.remove(entries)
    for (const entry of entries) this.#observer.removed?.(entry, reason)
  }

  /** Adds to the operator's correction of a transaction's fee, whether it is in the pool or not. */
  prioritise(txid: Txid, delta: bigint): void {
    const key = bytesToHex(txid)
    const total = this.feeDelta(txid) + delta
    if (total === 0n) this.#deltas.delete(key)
    else this.#deltas.set(key, total)
    const entry = this.graph.get(txid)
    if (!entry) return
    entry.modifiedFee += delta
    entry.cluster?.touch()
  }

  feeDelta(txid: Uint8Array): bigint {
    return this.#deltas.get(bytesToHex(txid)) ?? 0n
  }

  /** All corrections, by txid in hex (internal byte order). */
  feeDeltas(): ReadonlyMap<string, bigint> {
    return this.#deltas
  }
}

/** A reorg can only touch time locks and coinbase outputs. */
function mayBecomeInvalid({ tx, spendsCoinbase }: MempoolEntry): boolean {
  if (spendsCoinbase || tx.lockTime !== 0) return true
  return tx.version >= 2 && tx.inputs.some((input) => input.sequence < 0x8000_0000)
}

/** Failures that company may mend: too little fee, or parents that are not there yet. */
function isDeferrable({ failure }: TxViolation): boolean {
  return failure === 'reconsiderable' || failure === 'missing-inputs'
}
