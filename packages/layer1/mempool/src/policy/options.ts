import { BYTES_PER_SIGOP, MAX_STANDARD_TX_WEIGHT } from './limits.ts'

/** What an operator may change. Feerates are satoshi per 1000 vbytes. */
export interface MempoolOptions {
  readonly minRelayFeeRate: bigint
  /** What a replacement pays on top, and the step of the minimum after an eviction. */
  readonly incrementalFeeRate: bigint
  readonly dustFeeRate: bigint
  /** Bytes of OP_RETURN outputs in one transaction; undefined: none are relayed. */
  readonly maxDatacarrierBytes: number | undefined
  readonly permitBareMultisig: boolean
  /** False: transactions of any form are taken, as long as a block may hold them. */
  readonly requireStandard: boolean
  /** Transactions that depend on each other, and their weight together. */
  readonly maxClusterCount: number
  readonly maxClusterWeight: number
  /** The least that a unit of signature operation cost counts for in the size of a transaction, in units of weight. */
  readonly bytesPerSigop: number
  /** Estimated memory of the pool in bytes. */
  readonly maxBytes: number
  /** What fee estimates say as long as there is nothing to learn from; undefined: nothing. */
  readonly fallbackFeeRate: bigint | undefined
  /** Seconds after which a transaction is dropped. */
  readonly expiry: number
}

/** Bitcoin Core's defaults. */
export const DEFAULT_MEMPOOL_OPTIONS: MempoolOptions = {
  minRelayFeeRate: 100n,
  incrementalFeeRate: 100n,
  dustFeeRate: 3000n,
  maxDatacarrierBytes: MAX_STANDARD_TX_WEIGHT / 4,
  permitBareMultisig: true,
  requireStandard: true,
  maxClusterCount: 64,
  maxClusterWeight: 404_000,
  bytesPerSigop: BYTES_PER_SIGOP,
  maxBytes: 300_000_000,
  fallbackFeeRate: 20_000n,
  expiry: 336 * 3600,
}
