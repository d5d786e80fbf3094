import { totalSize, type Transaction } from '@ply/primitives'

/** A larger transaction (bytes) is not kept: 100 of them would take too much memory. */
const MAX_SIZE = 100_000

/** Transactions seen lately that are not in the pool: refused, replaced, orphans. A block may contain them (BIP 152). */
export class ExtraTransactions {
  readonly #capacity: number
  readonly #transactions: Transaction[] = []
  #next = 0

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  add(tx: Transaction): void {
    if (this.#capacity === 0 || totalSize(tx) > MAX_SIZE) return
    this.#transactions[this.#next] = tx
    this.#next = (this.#next + 1) % this.#capacity
  }

  all(): readonly Transaction[] {
    return this.#transactions
  }
}
