import { computeMemoryUsage } from '@ply/mempool'
import type { Transaction } from '@ply/primitives'

/** Estimated memory of what waits to be taken back, in bytes; Bitcoin Core's bound. */
const MAX_USAGE = 20_000_000

/** Transactions of blocks that were disconnected and not yet replaced. */
export class DisconnectedTransactions {
  /** Earliest first. */
  #transactions: Transaction[] = []
  #usage = 0

  /** Takes in those of a block before all others. Returns those that went for want of room: the latest. */
  addBlock(transactions: readonly Transaction[]): Transaction[] {
    this.#transactions.unshift(...transactions)
    for (const tx of transactions) this.#usage += computeMemoryUsage(tx)
    const evicted: Transaction[] = []
    while (this.#usage > MAX_USAGE) {
      const latest = this.#transactions.pop()
      if (!latest) break
      this.#usage -= computeMemoryUsage(latest)
      evicted.push(latest)
    }
    return evicted
  }

  /** All of them; none are left. */
  take(): readonly Transaction[] {
    const taken = this.#transactions
    this.#transactions = []
    this.#usage = 0
    return taken
  }
}
