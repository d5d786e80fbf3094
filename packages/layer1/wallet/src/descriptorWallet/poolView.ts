import { type OutPoint, outPointKey, type Transaction, type Txid } from '@ply/primitives'
import type { SpenderIndex } from '../state/mempoolConflicts.ts'
import type { FeeRate } from '../coins/feeRate.ts'

/** What lifting the unconfirmed ancestors of outputs to a fee rate costs, in satoshi. */
export interface BumpFees {
  /** Of each output alone, by `outPointKey`. */
  readonly single: ReadonlyMap<string, bigint>
  readonly combined: bigint
}

/** Where a transaction stands among those of the mempool. */
export interface Ancestry {
  /** Itself among them. */
  readonly ancestors: number
  readonly clusterSize: number
}

/** What a wallet asks the mempool. */
export interface PoolView extends SpenderIndex {
  ancestry(txid: Txid): Ancestry | undefined
  bumpFees(outpoints: readonly OutPoint[], feeRate: FeeRate): BumpFees
  /** True if the transaction would not make its cluster too large. */
  fits(tx: Transaction): boolean
  readonly maxAncestors: number
  readonly maxClusterSize: number
}

/** A mempool that has nothing and knows nobody. */
export const EMPTY_POOL: PoolView = {
  has: () => false,
  spenderOf: () => undefined,
  ancestry: () => undefined,
  childrenOf: () => [],
  bumpFees: (outpoints) => ({ single: new Map(outpoints.map((each) => [outPointKey(each), 0n])), combined: 0n }),
  fits: () => true,
  maxAncestors: 25,
  maxClusterSize: 25,
}
