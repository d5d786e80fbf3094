import { ByteReader } from '@ply/bytes'
import { computeTxid, type Transaction } from '@ply/primitives'
import type { NodeWallet } from '../nodeWallet.ts'

const HOUR = 3_600_000
/** Seconds that a transaction is older than the last block, so that the block could have had it. */
const LEAST_AGE = 300

/** Offers what the wallet believes to be waiting to the mempool again, and from time to time to the peers. */
export class Resubmission {
  readonly #owner: NodeWallet
  /** Seconds since the Unix epoch when the last block came. */
  #lastBlock = 0
  /** Milliseconds since the Unix epoch. */
  #next: number

  constructor(owner: NodeWallet) {
    this.#owner = owner
    this.#next = this.#chooseNext()
  }

  /** In 12 to 36 hours: rarely and at random, so that nobody learns whose transactions these are. */
  #chooseNext(): number {
    const { clock, entropy } = this.#owner.node
    const random = new ByteReader(entropy.bytes(4)).u32() / 2 ** 32
    return clock.now() + (12 + 24 * random) * HOUR
  }

  blockArrived(): void {
    const { chain } = this.#owner.node
    if (!chain.isInitialBlockDownload()) this.#lastBlock = this.#owner.now()
  }

  /** Offers everything to the mempool. */
  all(): Promise<void> {
    return this.#submit(this.#owner.wallet.ledger.unconfirmed(), () => undefined)
  }

  /** Announces what a block could have had by now and none has, if it is time to. */
  async ifDue(): Promise<void> {
    const { chain, clock, mempool, peers } = this.#owner.node
    if (chain.isInitialBlockDownload() || clock.now() < this.#next) return
    this.#next = this.#chooseNext()
    const waiting = this.#owner.wallet.ledger.unconfirmed().filter((tx) => this.#isOld(tx))
    await this.#submit(waiting, (tx, isNew) => {
      if (isNew) mempool.addUnbroadcast(computeTxid(tx))
      else peers.announce(tx)
    })
  }

  #isOld(tx: Transaction): boolean {
    return this.#owner.receivedAt(computeTxid(tx)) <= this.#lastBlock - LEAST_AGE
  }

  async #submit(waiting: readonly Transaction[], submitted: (tx: Transaction, isNew: boolean) => void): Promise<void> {
    if (!this.#owner.options.broadcast) return
    const { mempool } = this.#owner.node
    let left: readonly Transaction[] = waiting
    // Children may stand before their parents: again until none gets in any more.
    for (let before = -1; before !== left.length;) {
      before = left.length
      const refused: Transaction[] = []
      for (const tx of left) {
        const isNew = !mempool.mempool.get(computeTxid(tx))
        if (isNew && !(await mempool.accept(tx)).ok) refused.push(tx)
        else submitted(tx, isNew)
      }
      left = refused
    }
    const count = waiting.length - left.length
    if (count > 0) this.#owner.log(`ResubmitWalletTransactions: resubmit ${count} unconfirmed transactions`)
  }
}
