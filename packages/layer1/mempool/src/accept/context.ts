import type { ChainHeader, CoinsView, ScriptExecutionCache } from '@ply/consensus'
import type { Transaction } from '@ply/primitives'
import type { MempoolEntry } from '../pool/entry.ts'

/** What a transaction is checked against. */
export interface AcceptContext {
  /** The confirmed coins, at least those of `Mempool.requiredOutpoints`. */
  readonly coins: CoinsView
  readonly tip: ChainHeader
  /** Script flags of a block after the tip. */
  readonly blockFlags: number
  /** Told of every transaction whose scripts passed under `blockFlags`. */
  readonly scriptCache?: ScriptExecutionCache | undefined
  /** Seconds since the Unix epoch. */
  readonly now: number
  /** Seconds at which the transactions first came, if not now. */
  readonly arrived?: number
}

export interface AcceptOptions {
  /** False: a transaction that conflicts with the pool is refused. Default true. */
  readonly allowReplacement?: boolean
  /** Refuse what pays more than this, in satoshi per 1000 vbytes: most likely a mistake. */
  readonly maxFeeRate?: bigint
}

/** How one transaction is checked, be it alone or with others. */
export interface AcceptRules extends AcceptOptions {
  /** For transactions that come back from disconnected blocks: no fee, TRUC and size limits. */
  readonly bypassLimits?: boolean
  /** The fee is judged for the whole package, not here. */
  readonly feeOfPackage?: boolean
  /** False: a TRUC sibling is in the way, whatever the new one pays. Default true. */
  readonly allowSiblingEviction?: boolean
  /** Transactions of the package that come before, as if they were in the pool. */
  readonly packaged?: readonly Transaction[]
}

/** What the checks found out. */
export interface Workspace {
  readonly entry: MempoolEntry
  /** Those in the pool. */
  readonly parents: readonly MempoolEntry[]
  /** Entries that must go because they conflict. */
  readonly conflicts: readonly MempoolEntry[]
  readonly siblingEviction: boolean
  /** The conflicts and everything that depends on them. */
  readonly removed: readonly MempoolEntry[]
}
