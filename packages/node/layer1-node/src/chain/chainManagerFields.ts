import type { ScriptExecutionCache } from '@ply/consensus'
import type { Clock, Logger, Store } from '@ply/ports'
import type { NetworkParameters } from '@ply/primitives'
import type { BlockStore } from '../storage/blockStore.ts'
import type { Snapshot } from './assumedCoins.ts'
import type { ReportProgress } from './progress.ts'
import type { PruneTarget } from './pruning.ts'
import type { SignatureVerifier } from './signatureBatches.ts'

export interface ChainManagerFields {
  readonly parameters: NetworkParameters
  /** Coins and the tip they belong to, all of whose blocks were checked. */
  readonly store: Store
  /** Coins that came from somewhere else: the chain follows the tip from there, and checks what is below behind it. */
  readonly snapshot?: Snapshot | undefined
  /** Headers, and which chain is the active one; in the store of the coins by default. */
  readonly index?: Store
  readonly blocks: BlockStore
  readonly clock: Clock
  readonly logger: Logger
  /** Threads for blocks with many signatures; without, this thread verifies them all. */
  readonly signatures?: SignatureVerifier
  /** Shared with the mempool: transactions whose scripts need not be run again. */
  readonly scriptCache?: ScriptExecutionCache
  /** Bytes of memory that coins may take before they are written (`-dbcache`). */
  readonly coinsCacheBytes?: number
  /** Reads of coins at the same time (`-prevoutfetchthreads`); one by default. */
  readonly coinReaders?: number
  /** The index holds no blocks yet, but there are block files: {@link beginReindex} said so. */
  readonly reindex?: boolean
  /** Delete old block files; none by default. */
  readonly prune?: PruneTarget
  /** Seconds after which a tip means that blocks are missing; a day by default. */
  readonly maxTipAge?: number
  /** Operations after which all that is known of blocks is checked again (`-checkblockindex`); never by default. */
  readonly checkIndexEvery?: number
  /** Called once when memory and disk may differ: nothing is written any more. */
  failed?(error: unknown): void
  /** How far the node is on its way to the best chain it knows of. */
  readonly progress?: ReportProgress
}
