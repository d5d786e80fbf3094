import { equalBytes, err, ok, type Result } from '@ply/bytes'
import type { BlockNode } from '@ply/chain'
import { formatViolation } from '@ply/consensus'
import type { Logger, Store } from '@ply/ports'
import { type AssumeutxoData, hashToDisplay } from '@ply/primitives'
import { hashCoins } from '../snapshot/hashCoins.ts'
import type { BestChain } from './bestChain.ts'
import { findRows } from './blockRows.ts'
import { Chainstate } from './chainstate.ts'
import { copyChain, History, type HistoryFields } from './history.ts'
import { describeFailedSnapshot, SnapshotError } from './snapshotError.ts'

/** Coins that came from somewhere else, in a store of their own. */
export interface Snapshot {
  readonly store: Store
  /** What they are as of. */
  readonly data: AssumeutxoData
  /** Takes them away: nobody must go on with them. */
  discard(): Promise<void>
}

export interface AssumedCoinsFields extends HistoryFields {
  readonly best: BestChain
  /** Runs a task in the chain's turn; what it throws ends the chain. */
  turn<T>(task: () => Promise<T>): Promise<T>
}

/**
 * Follows the tip from coins that came from somewhere else, while the blocks up to them are checked behind it: in the end
 * those must lead to the same coins.
 */
export class AssumedCoins {
  readonly #fields: AssumedCoinsFields
  readonly #logger: Logger
  readonly #aborter = new AbortController()
  #snapshot: Snapshot | undefined
  #base: BlockNode | undefined
  #history: History | undefined
  #working: Promise<void> | undefined
  #again = false

  constructor(fields: AssumedCoinsFields) {
    this.#fields = fields
    this.#logger = fields.logger
  }

  /** The block that the coins came as of; also once its history was checked, until the process ends. */
  get base(): BlockNode | undefined {
    return this.#base
  }

  /** What is still to be checked. */
  get history(): History | undefined {
    return this.#history
  }

  /** Goes on as the process before, to the end of whose checks `checked` belongs. */
  resume(snapshot: Snapshot, checked: Chainstate): void {
    this.#begin(snapshot, checked)
  }

  /** Lets blocks go where they went before: once it is known where that was. */
  resumeRows(): void {
    const { tree, blocks } = this.#fields.chain
    if (this.#base) blocks.useRows(findRows(tree, this.#base.height))
  }

  /**
   * Goes on from other coins, in the chain's turn. `commit` tells the next process to do so, too, or says why it cannot be.
   * Fails in Bitcoin Core's words.
   */
  async adopt(snapshot: Snapshot, commit: () => Promise<string | undefined>): Promise<Result<BlockNode, string>> {
    const { chain, disk, listeners, best } = this.#fields
    const { tree, tip: before, blocks } = chain
    const base = tree.get(snapshot.data.blockHash)!
    if (base.chainWork <= before.chainWork) return err('work does not exceed active chainstate')
    // From now on the index must know the base whatever happens.
    await disk.flush()
    const refusal = await commit()
    if (refusal !== undefined) return err(refusal)
    const { readers } = disk.current
    const checked = new Chainstate(disk.current.store, copyChain(before), readers)
    tree.assume(base, snapshot.data.chainTransactionCount)
    disk.adopt(new Chainstate(snapshot.store, tree.active, readers), checked)
    blocks.useRows([{ from: base.height, file: undefined }, ...blocks.rows])
    this.#begin(snapshot, checked)
    this.#logger.log('info', `[snapshot] successfully activated snapshot ${hashToDisplay(base.hash)}`)
    listeners.coinsAdopted(base)
    await best.activate(before)
    return ok(base)
  }

  #begin(snapshot: Snapshot, checked: Chainstate): void {
    this.#snapshot = snapshot
    this.#base = this.#fields.chain.tree.assumed!
    this.#history = new History(this.#base, checked, this.#fields)
  }

  /** Goes on checking, with what came meanwhile, in as many turns as it takes. */
  goOn(): void {
    this.#again = true
    // What goes wrong ends the chain, which tells everybody.
    this.#working ??= this.#work()
      .catch(() => undefined)
      .finally(() => (this.#working = undefined))
  }

  /** Resolves when nothing more can be checked of what is there. */
  async settled(): Promise<void> {
    await this.#working
  }

  async #work(): Promise<void> {
    while (this.#again && !this.#isStopped) {
      this.#again = false
      while (this.#history?.canAdvance && !this.#isStopped) await this.#fields.turn(() => this.#advance())
      if (this.#history?.isComplete && !this.#isStopped) await this.#compare(this.#history)
    }
  }

  get #isStopped(): boolean {
    return this.#aborter.signal.aborted
  }

  async #advance(): Promise<void> {
    const advanced = await this.#history?.advance()
    if (advanced?.ok === false) await this.#refute(`a block is invalid: ${formatViolation(advanced.error)}`)
  }

  /** Hashing all coins takes a while; those of a history that is complete do not change meanwhile. */
  async #compare({ state }: History): Promise<void> {
    const { disk, turn } = this.#fields
    const words = 'computing UTXO stats for background chainstate to validate snapshot - this could take a few minutes'
    this.#logger.log('info', `[snapshot] ${words}`)
    await turn(() => disk.flush())
    const { hash } = await hashCoins(state.store, this.#aborter.signal)
    await turn(() => this.#judge(hash))
  }

  async #judge(hash: Uint8Array): Promise<void> {
    const { coinsHash, blockHash } = this.#snapshot!.data
    if (!equalBytes(hash, coinsHash)) {
      const [actual, expected] = [hashToDisplay(hash), hashToDisplay(coinsHash)]
      return this.#refute(`hash mismatch: actual=${actual}, expected=${expected}`)
    }
    const { chain, disk, best } = this.#fields
    this.#logger.log('info', `[snapshot] snapshot beginning at ${hashToDisplay(blockHash)} has been fully validated`)
    this.#history = undefined
    disk.retireHistory()
    chain.tree.prove()
    const file = chain.blocks.rows.find((row) => row.file !== undefined)?.file
    chain.blocks.useRows([{ from: 0, file }])
    await best.activate()
  }

  async #refute(reason: string): Promise<never> {
    const { chain } = this.#fields
    this.#logger.log('warn', `[snapshot] ${reason}`)
    const words = describeFailedSnapshot({ from: chain.tip.height, to: this.#history!.tip.height })
    this.#logger.log('error', `[snapshot] !!! ${words}`)
    this.#logger.log('error', '[snapshot] deleting snapshot, reverting to validated chain, and stopping node')
    await this.#snapshot!.discard()
    throw new SnapshotError(words)
  }

  /** Resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.#aborter.abort()
    await this.#working
  }

  /** Closes the store of the coins, which nobody uses any more. */
  async close(): Promise<void> {
    await this.#snapshot?.store.close()
  }
}
