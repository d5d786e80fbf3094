import type { NodeWallet } from '../nodeWallet.ts'

/** Heights that were looked at, and whether that was all. */
export interface RescanResult {
  readonly stop: number | undefined
  readonly aborted: boolean
}

/** Blocks between two moments at which others may have their turn, and the rows be written. */
const PAUSE_INTERVAL = 100

/** Looks for a wallet's transactions in blocks that it went by already; one look at a time. */
export class Rescan {
  readonly #owner: NodeWallet
  #started: number | undefined
  #progress = 0
  #aborting = false

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
    let stop: number | undefined
    try {
      for (let height = from; height <= to && !this.#aborting; height++) {
        if (!(await this.#look(height))) break
        stop = height
        this.#progress = (height - from + 1) / (to - from + 1)
        if ((height - from) % PAUSE_INTERVAL === PAUSE_INTERVAL - 1) await this.#pause()
      }
      return { stop, aborted: this.#aborting }
    } finally {
      this.#started = undefined
      await this.#owner.save()
    }
  }

  async #look(height: number): Promise<boolean> {
    const { chain } = this.#owner.node
    const node = chain.tree.active.at(height)
    // A reorg may have taken the block away meanwhile: its successor was heard of as any new block.
    if (!node) return false
    this.#owner.wallet.ledger.scanBlock(height, await chain.readBlock(node))
    return true
  }

  async #pause(): Promise<void> {
    await this.#owner.save()
    await new Promise((resolve) => setImmediate(resolve))
  }
}
