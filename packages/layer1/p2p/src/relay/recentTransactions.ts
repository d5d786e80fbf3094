import { bytesToHex } from '@ply/bytes'
import { computeWtxid, type Transaction } from '@ply/primitives'
import { BoundedSet } from '../peer/boundedSet.ts'

const REMEMBERED_REJECTS = 120_000
const REMEMBERED_CONFIRMED = 48_000

/** What need not be asked for again: transactions that were refused since the last block, or confirmed lately. */
export class RecentTransactions {
  /** Wtxids, and some txids, that are refused whatever comes with them. */
  readonly #rejected = new BoundedSet(REMEMBERED_REJECTS)
  /** Wtxids, and packages, that were refused but may be taken together with something else. */
  readonly #reconsiderable = new BoundedSet(REMEMBERED_REJECTS)
  readonly #confirmed = new BoundedSet(REMEMBERED_CONFIRMED)

  reject(hash: Uint8Array): void {
    this.#rejected.add(bytesToHex(hash))
  }
  isRejected(hash: Uint8Array): boolean {
    return this.#rejected.has(bytesToHex(hash))
  }

  rejectAlone(hash: Uint8Array): void {
    this.#reconsiderable.add(bytesToHex(hash))
  }
  isRejectedAlone(hash: Uint8Array): boolean {
    return this.#reconsiderable.has(bytesToHex(hash))
  }

  rejectPackage(transactions: readonly Transaction[]): void {
    this.#reconsiderable.add(packageKey(transactions))
  }
  isPackageRejected(transactions: readonly Transaction[]): boolean {
    return this.#reconsiderable.has(packageKey(transactions))
  }

  confirm(hash: Uint8Array): void {
    this.#confirmed.add(bytesToHex(hash))
  }
  isConfirmed(hash: Uint8Array): boolean {
    return this.#confirmed.has(bytesToHex(hash))
  }

  /** Another tip: what was refused may be fine now, and what was confirmed may not be any more. */
  tipChanged(reorganised: boolean): void {
    this.#rejected.clear()
    this.#reconsiderable.clear()
    if (reorganised) this.#confirmed.clear()
  }
}

const packageKey = (transactions: readonly Transaction[]): string =>
  transactions
    .map((tx) => bytesToHex(computeWtxid(tx)))
    .sort()
    .join('')
