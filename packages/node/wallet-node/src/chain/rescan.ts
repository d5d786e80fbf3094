import { hexToBytes, unwrap } from '@ply/bytes'
import { type BlockNode, matchFilter } from '@ply/chain'
import { hashToDisplay } from '@ply/primitives'
import type { NodeWallet } from '../nodeWallet.ts'

/** Heights that were looked at, and whether that was all. */
export interface RescanResult {
  readonly stop: number | undefined
  readonly aborted: boolean
  /** The last block that was not on disk. */
  readonly failed?: BlockNode | undefined
}

/** Blocks between two moments at which others may have their turn, and the rows be written. */
const PAUSE_INTERVAL = 100

/** Looks for a wallet's transactions in blocks that it went by already; one look at a time. */
export class Rescan {
  readonly #owner: NodeWallet
  #started: number | undefined
  #progress = 0
  #aborting = false
  /** Every script of the wallet in bytes: made again when there are more. */
  #scripts: readonly Uint8Array[] = []

  constructor(owner: NodeWallet) {
    this.#owner = owner
  }

  get running(): boolean {
    return this.#started !== undefined
  }

  /** Seconds since the start, and the part of the blocks that was looked at; undefined while nothing runs. */
  status(): { readonly duration: number; readonly progress: number } | undefined {
    if (this.#started === undefined) return undefined
    return { duration: Math.floor((performance.now() - this.#started) / 1000), progress: this.#progress }
  }

  /** False if nothing ran, or it was to end already. */
  abort(): boolean {
    if (!this.running || this.#aborting) return false
    this.#aborting = true
    return true
  }

  async run(from: number, to: number): Promise<RescanResult> {
    this.#started = performance.now()
    this.#aborting = false
    this.#logStart(from)
    let stop: number | undefined
    let failed: BlockNode | undefined
    try {
      for (let height = from; height <= to && !this.#aborting; height++) {
        const node = this.#owner.node.chain.active.at(height)
        // A reorg may have taken the block away meanwhile: its successor was heard of as any new block.
        if (!node) break
        if (await this.#look(node)) stop = height
        else failed = node
        this.#progress = (height - from + 1) / (to - from + 1)
        if ((height - from) % PAUSE_INTERVAL === PAUSE_INTERVAL - 1) await this.#pause()
      }
      if (!this.#aborting) this.#owner.log(`Rescan completed in ${Math.floor(performance.now() - this.#started)}ms`)
      return { stop, aborted: this.#aborting, failed }
    } finally {
      this.#started = undefined
      this.#scripts = []
      await this.#owner.save()
    }
  }

  /** False if the block may have to do with the wallet and is not on disk. */
  async #look(node: BlockNode): Promise<boolean> {
    if (!(await this.#mayMatch(node))) return true
    if (!node.data) return false
    const block = await this.#owner.node.chain.readBlock(node)
    this.#owner.wallet.ledger.scanBlock(node.height, block)
    this.#owner.notices?.found(block.transactions)
    return true
  }

  #logStart(from: number): void {
    const { node } = this.#owner
    const first = node.chain.tree.active.at(from)
    const variant = node.blockFilterIndex ? 'fast variant using block filters' : 'slow variant inspecting all blocks'
    if (first) this.#owner.log(`Rescan started from block ${hashToDisplay(first.hash)}... (${variant})`)
  }

  /** Whether a block may touch the wallet, as far as its filter tells (BIP 158). */
  async #mayMatch({ hash, height }: BlockNode): Promise<boolean> {
    const { node, wallet } = this.#owner
    const filter = await node.blockFilterIndex?.filter(hash)
    if (!filter) return true
    if (wallet.book.scriptCount > this.#scripts.length) this.#scripts = [...wallet.book.scripts()].map(hexToBytes)
    const matches = unwrap(matchFilter(filter, hash, this.#scripts))
    if (matches) {
      const line = `Fast rescan: inspect block ${height} [${hashToDisplay(hash)}] (filter matched)`
      node.logger.log('debug', line)
    }
    return matches
  }

  async #pause(): Promise<void> {
    await this.#owner.save()
    await new Promise((resolve) => setImmediate(resolve))
  }
}
