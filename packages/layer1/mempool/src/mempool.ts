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
import { checkTogether } from './accept/checkTogether.ts'
import type { AcceptContext, AcceptOptions, AcceptRules } from './accept/context.ts'
import { checkPackageForm, isChildWithParents } from './accept/package.ts'
import type { PoolState } from './accept/poolState.ts'
import { areSequenceLocksMetAfter, isFinalAfter } from './accept/timeLocks.ts'
import { computeFeeRate } from './policy/feeRate.ts'
import { DEFAULT_MEMPOOL_OPTIONS, type MempoolOptions } from './policy/options.ts'
import { type BumpFees, computeBumpFees } from './pool/bumpFees.ts'
import type { MempoolEntry } from './pool/entry.ts'
import { computeEntryInfo, type EntryInfo } from './pool/entryInfo.ts'
import { MempoolGraph } from './pool/graph.ts'
import { computeMiningOrder, findWorstChunk, type MiningPackage } from './pool/miningOrder.ts'
import { RollingFee } from './pool/rollingFee.ts'
import { computeTrim } from './pool/trim.ts'

/** Why an entry left the pool. */
export type RemovalReason = 'block' | 'conflict' | 'replaced' | 'expiry' | 'size-limit' | 'reorg'

/** Hears of every change, at once. Dry runs make none. */
export interface MempoolObserver {
  added?(entry: MempoolEntry): void
  removed?(entry: MempoolEntry, reason: RemovalReason): void
  /** So many entries left for want of room; who is to come in pays at least `feeRate` (satoshi per 1000 vbytes) now. */
  trimmed?(count: number, feeRate: bigint): void
}

export interface Accepted {
  readonly entry: MempoolEntry
  /** What it pushed out by paying more. */
  readonly replaced: readonly MempoolEntry[]
  /** The entries over which the feerate was judged, where it was not this one alone. */
  readonly together?: readonly MempoolEntry[]
  /** The pool had it before, perhaps with another witness. */
  readonly known?: boolean
}

export type AcceptResult = Result<Accepted, TxViolation>

export interface PackageResult {
  /** `success`, `transaction failed`, or the rule that the package broke. */
  readonly message: string
  /** The package as a whole broke a rule. */
  readonly policy: boolean
  /** One for each transaction, as far as they were looked at. */
  readonly results: readonly (AcceptResult | undefined)[]
}

/** Unconfirmed transactions that may go into the next blocks. Single-threaded: every method is done when it returns. */
export class Mempool implements PoolState {
  readonly options: MempoolOptions
  readonly graph = new MempoolGraph()
  readonly #observer: MempoolObserver
  readonly #rolling: RollingFee
  readonly #deltas = new Map<string, bigint>()
  #sequence = 0
  /** No entry came before this time. */
  #oldest = Infinity

  constructor(options: Partial<MempoolOptions> = {}, observer: MempoolObserver = {}) {
    this.options = { ...DEFAULT_MEMPOOL_OPTIONS, ...options }
    this.#observer = observer
    this.#rolling = new RollingFee(this.options.incrementalFeeRate)
  }

  get size(): number {
    return this.graph.size
  }

  /** Greater than that of any entry so far. */
  get sequence(): number {
    return this.#sequence + 1
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
  /** All entries in the order of {@link packages}: parents before children. */
  inMiningOrder(): MempoolEntry[] {
    return this.packages().flatMap(({ entries }) => entries)
  }

  /** What lifting the unconfirmed ancestors of outputs to a fee rate costs. */
  bumpFees(outpoints: readonly OutPoint[], feeRate: bigint): BumpFees {
    return computeBumpFees(this.graph, outpoints, feeRate)
  }

  rollingFeeRate(now: number): bigint {
    return this.#rolling.at(now, this.graph.usage / this.options.maxBytes)
  }

  /** The lowest feerate that is taken at `now` (seconds), in satoshi per 1000 vbytes. */
  minFeeRate(now: number): bigint {
    const rolling = this.rollingFeeRate(now)
    return rolling > this.options.minRelayFeeRate ? rolling : this.options.minRelayFeeRate
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
    const accepted = this.#acceptUnlimited(tx, context, options)
    if (!accepted.ok) return accepted
    this.#limit(context.now)
    return this.graph.has(accepted.value.entry) ? accepted : invalidTx('reconsiderable', 'mempool full')
  }

  #acceptUnlimited(tx: Transaction, context: AcceptContext, options: AcceptRules): AcceptResult {
    const checked = checkAcceptance(this, tx, context, options)
    if (!checked.ok) return checked
    const { entry, removed } = checked.value
    this.#commit([entry], removed)
    return ok({ entry, replaced: removed })
  }

  #commit(entries: readonly MempoolEntry[], removed: readonly MempoolEntry[]): void {
    this.#remove(removed, 'replaced')
    for (const entry of entries) {
      this.graph.add(entry)
      this.#oldest = Math.min(this.#oldest, entry.time)
      this.#observer.added?.(entry)
    }
  }

  /** What `accept` would say, without a change. Several transactions may spend each other, and none may replace. */
  testAccept(
    transactions: readonly Transaction[],
    context: AcceptContext,
    options: Pick<AcceptOptions, 'maxFeeRate'> = {},
  ): PackageResult {
    const [tx, ...others] = transactions
    if (tx && others.length === 0) {
      const checked = checkAcceptance(this, tx, context, options)
      if (!checked.ok) return { message: 'transaction failed', policy: false, results: [checked] }
      const { entry, removed } = checked.value
      return { message: 'success', policy: false, results: [ok({ entry, replaced: removed })] }
    }
    const checked = checkTogether(this, transactions, context, { ...options, allowReplacement: false })
    if (checked.ok) {
      const results = checked.value.entries.map((entry) => ok({ entry, replaced: [] }))
      return { message: 'success', policy: false, results }
    }
    const { message, policy, transaction, passed } = checked.error
    const results = transactions.map((_, i): AcceptResult | undefined =>
      i < passed.length
        ? ok({ entry: passed[i]!, replaced: [] })
        : i === transaction?.index
          ? err(transaction.violation)
          : undefined,
    )
    return { message, policy, results }
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
    const form = checkPackageForm(transactions)
    const nothing = transactions.map(() => undefined)
    if (!form.ok) return { message: form.error, policy: true, results: nothing }
    if (transactions.length > 1 && !isChildWithParents(transactions)) {
      return { message: 'package-not-child-with-parents', policy: true, results: nothing }
    }
    const results = transactions.map((tx) => this.#acceptOrFind(tx, context, options))
    const deferred = [...results.keys()].filter((i) => {
      const result = results[i]!
      return transactions.length > 1 && !result.ok && isDeferrable(result.error)
    })
    const failed = results.some((result, i) => !result.ok && !deferred.includes(i))
    let outcome = { message: failed ? 'transaction failed' : 'success', policy: false }
    if (!failed && deferred.length > 0)
      outcome = this.#acceptDeferred(transactions, deferred, results, { context, options })
    this.#limit(context.now)
    for (const [i, result] of results.entries()) {
      if (!result.ok || this.graph.has(result.value.entry)) continue
      results[i] = invalidTx('mempool-policy', 'mempool full')
      outcome = { message: 'transaction failed', policy: false }
    }
    return { ...outcome, results }
  }

  #acceptOrFind(tx: Transaction, context: AcceptContext, options: AcceptOptions): AcceptResult {
    const known = this.graph.get(computeTxid(tx))
    return known ? ok({ entry: known, replaced: [], known: true }) : this.#acceptUnlimited(tx, context, options)
  }

  /** Tries those of a package that failed alone once more, together, and corrects their results. */
  #acceptDeferred(
    transactions: readonly Transaction[],
    deferred: readonly number[],
    results: AcceptResult[],
    { context, options }: { readonly context: AcceptContext; readonly options: AcceptOptions },
  ): Pick<PackageResult, 'message' | 'policy'> {
    const [first] = deferred
    if (first !== undefined && deferred.length === 1) {
      results[first] = this.#acceptUnlimited(transactions[first]!, context, options)
      return { message: results[first].ok ? 'success' : 'transaction failed', policy: false }
    }
    const chosen = deferred.map((i) => transactions[i]!)
    const checked = checkTogether(this, chosen, context, { ...options, feeOfPackage: true })
    if (!checked.ok) {
      const { message, policy, transaction } = checked.error
      if (transaction) results[deferred[transaction.index]!] = err(transaction.violation)
      return { message, policy }
    }
    const { entries, removed } = checked.value
    this.#commit(entries, removed)
    for (const [k, i] of deferred.entries()) {
      results[i] = ok({ entry: entries[k]!, replaced: k === 0 ? removed : [], together: entries })
    }
    return { message: 'success', policy: false }
  }

  /** Takes out what a connected block confirmed or made impossible. Returns the confirmed entries. */
  blockConnected(block: Block, now: number): MempoolEntry[] {
    const confirmed = block.transactions.flatMap((tx) => this.graph.get(computeTxid(tx)) ?? [])
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
    const returned: MempoolEntry[] = []
    for (const tx of disconnected) {
      const txid = computeTxid(tx)
      const confirmedAgain = tx.outputs.some((_, index) => context.coins.get({ txid, index }))
      if (confirmedAgain || this.graph.get(txid)) continue
      const accepted = isCoinbase(tx) ? undefined : this.#acceptUnlimited(tx, context, { bypassLimits: true })
      if (accepted?.ok) returned.push(accepted.value.entry)
      else this.removeSpenders(tx)
    }
    this.#linkReturned(returned)
    const invalid = [...this.graph.entries()].filter(
      (entry) => mayBecomeInvalid(entry) && !this.#isStillValid(entry, context),
    )
    this.#removeWithDescendants(invalid, 'reorg')
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

  /** Links what came back with what spends it here, after dropping what would make a cluster too large. */
  #linkReturned(returned: readonly MempoolEntry[]): void {
    const there = returned.filter((entry) => this.graph.has(entry))
    const dependencies = there.flatMap((parent) =>
      this.graph
        .childrenOf(parent.tx, parent.txid)
        .filter((child) => !child.parents.has(parent))
        .map((child) => ({ parent, child })),
    )
    this.#remove(computeTrim(dependencies, this.options), 'size-limit')
    for (const entry of there) if (this.graph.has(entry)) this.graph.linkChildren(entry)
  }

  #limit(now: number): void {
    this.expire(now)
    const before = this.size
    let best = 0n
    while (this.graph.usage > this.options.maxBytes) {
      const worst = findWorstChunk(this.graph)
      if (!worst) break
      const next = computeFeeRate(worst.fee, Math.ceil(worst.size / 4)) + this.options.incrementalFeeRate
      this.#rolling.raise(next)
      best = next > best ? next : best
      this.#removeWithDescendants(worst.entries, 'size-limit')
    }
    if (this.size < before) this.#observer.trimmed?.(before - this.size, best)
  }

  /** Drops what spends a transaction that left the chain and does not come back. */
  removeSpenders(tx: Transaction): void {
    this.#removeWithDescendants(this.graph.childrenOf(tx, computeTxid(tx)), 'reorg')
  }

  /** Drops what came too long before `now` (seconds), with what depends on it. */
  expire(now: number): void {
    const oldest = now - this.options.expiry
    if (this.#oldest >= oldest) return
    this.#removeWithDescendants(
      [...this.graph.entries()].filter(({ time }) => time < oldest),
      'expiry',
    )
    this.#oldest = Infinity
    for (const { time } of this.graph.entries()) this.#oldest = Math.min(this.#oldest, time)
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
    const total = saturate(this.feeDelta(txid) + delta)
    if (total === 0n) this.#deltas.delete(key)
    else this.#deltas.set(key, total)
    const entry = this.graph.get(txid)
    if (!entry) return
    entry.modifiedFee = saturate(entry.modifiedFee + delta)
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

/** Amounts have 64 bits: what would be more or less stays at the end of them. */
const saturate = (amount: bigint): bigint =>
  amount > MAX_AMOUNT ? MAX_AMOUNT : amount < -MAX_AMOUNT - 1n ? -MAX_AMOUNT - 1n : amount
const MAX_AMOUNT = (1n << 63n) - 1n

/** A reorg can only touch time locks and coinbase outputs. */
function mayBecomeInvalid({ tx, spendsCoinbase }: MempoolEntry): boolean {
  if (spendsCoinbase || tx.lockTime !== 0) return true
  return tx.version >= 2 && tx.inputs.some((input) => input.sequence < 0x8000_0000)
}

/** Failures that company may mend: too little fee, or parents that are not there yet. */
function isDeferrable({ failure }: TxViolation): boolean {
  return failure === 'reconsiderable' || failure === 'missing-inputs'
}
