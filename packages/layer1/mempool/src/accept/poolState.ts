import type { MempoolOptions } from '../policy/options.ts'
import type { MempoolGraph } from '../pool/graph.ts'

/** What the checks may ask of the pool. */
export interface PoolState {
  readonly graph: MempoolGraph
  readonly options: MempoolOptions
  feeDelta(txid: Uint8Array): bigint
  nextSequence(): number
  /** Satoshi per 1000 vbytes: the minimum that evictions left behind. */
  rollingFeeRate(now: number): bigint
}
