import type { BlockHash, BlockHeader, Transaction } from '@ply/primitives'

/** A header of the header tree. */
export interface HeaderEntry {
  readonly hash: BlockHash
  readonly height: number
  readonly header: BlockHeader
  /** Expected hashes behind this header and all before it. */
  readonly chainWork: bigint
}

/** Blocks that are still to be checked under coins that came from somewhere else (assumeutxo). */
export interface UncheckedHistory {
  /** The last block that was checked; maybe on another branch than the blocks that are to come. */
  readonly tip: HeaderEntry
  /** The block whose coins are in use: the active chain cannot leave it. */
  readonly target: HeaderEntry
}

/** What the peer machine may ask the chain at once. Answers hold for the event that is being handled. */
export interface ChainView {
  /** Tip of the active, fully validated chain. */
  tip(): HeaderEntry
  /** The header with most work that is not known to be invalid. */
  bestHeader(): HeaderEntry
  header(hash: Uint8Array): HeaderEntry | undefined
  /** True if the header's hash meets the target that it claims, within the limit of the network. */
  hasProofOfWork(header: BlockHeader, hash: BlockHash): boolean
  /** False where no chain whatsoever could go from one difficulty (header bits) to the other at this height. */
  isPermittedDifficulty(height: number, bits: { readonly old: number; readonly new: number }): boolean
  /** The ancestor of `entry` at `height` (itself at its own height); undefined above it. */
  ancestor(entry: HeaderEntry, height: number): HeaderEntry | undefined
  /** The block of the active chain at `height`. */
  activeAt(height: number): HeaderEntry | undefined
  /** True if the block's transactions are stored (connected or not). */
  hasBlock(hash: Uint8Array): boolean
  /** True if the block or one before it broke a rule. */
  isInvalid(hash: Uint8Array): boolean
  /** True if the block once was part of the active chain: all its rules were checked. */
  wasConnected(hash: Uint8Array): boolean
  /** True if blocks at this height may carry witnesses (BIP 141). */
  isSegwitActive(height: number): boolean
  isInitialBlockDownload(): boolean
  /** Undefined where all blocks up to the tip were checked. */
  uncheckedHistory(): UncheckedHistory | undefined
}

export interface MempoolEntryView {
  readonly tx: Transaction
  /** Satoshi per 1000 vbytes. */
  readonly feeRate: bigint
  /** Order of arrival. */
  readonly sequence: number
}

/** What the peer machine may ask the pool at once. */
export interface MempoolView {
  byTxid(txid: Uint8Array): MempoolEntryView | undefined
  byWtxid(wtxid: Uint8Array): MempoolEntryView | undefined
  /** All of them, in any order. */
  transactions(): Iterable<Transaction>
  /** Bytes of the longest serialisation that can be accepted: longer ones need not even be read. */
  maxTransactionSize(): number
  /** Greater than that of any transaction that came so far. */
  sequence(): number
  /** The lowest feerate that is accepted now, in satoshi per 1000 vbytes: what our `feefilter` says. */
  minFeeRate(): bigint
  /** What {@link minFeeRate} never falls below. */
  minRelayFeeRate(): bigint
}
