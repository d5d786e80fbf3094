import type { Result } from '@ply/bytes'
import type { Block, BlockHash, NetworkParameters, OutPoint, Transaction, TxOutput } from '@ply/primitives'

export interface ChainTip {
  readonly height: number
  readonly hash: BlockHash
}

/** Told of every change of the best chain, in order. Heights are those of the blocks themselves. */
export interface ChainObserver {
  blockConnected(height: number, block: Block): void
  blockDisconnected(height: number, block: Block): void
}

/** How soon a transaction should confirm: within a day, within the hour, or just enter mempools. */
export type FeeTarget = 'normal' | 'urgent' | 'minimum'

/**
 * The chain under a Lightning node: our own Layer 1 node in the same process, or any other behind RPC. Answers are about
 * the best chain at the moment of asking, which may have moved on since the last notification.
 */
export interface ChainBackend {
  readonly network: NetworkParameters
  tip(): Promise<ChainTip>
  /** Hash of the block at this height of the best chain; undefined above the tip. */
  blockHash(height: number): Promise<BlockHash | undefined>
  getBlock(height: number): Promise<Block | undefined>
  /** The output, if it is in the best chain and neither the chain nor the mempool spends it. */
  unspentOutput(outpoint: OutPoint): Promise<TxOutput | undefined>
  /**
   * Gives a transaction to the mempool. A transaction that is already there, or confirmed, is no violation. Violations
   * are the mempool's own reject reasons (`min relay fee not met`, `bad-txns-inputs-missingorspent`). With a `parent` that
   * the mempool did not take for its low fee, both are offered together, as a package.
   */
  broadcast(transaction: Transaction, parent?: Transaction): Promise<Result<void, string>>
  /** Satoshi per 1000 weight; undefined where the node has too little to go by. */
  estimateFeerate(target: FeeTarget): Promise<number | undefined>
  /** Returns the function that ends the subscription. */
  subscribe(observer: ChainObserver): () => void
}
