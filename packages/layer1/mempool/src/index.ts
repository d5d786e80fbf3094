export {
  Mempool,
  type Accepted,
  type AcceptResult,
  type MempoolObserver,
  type PackageResult,
  type RemovalReason,
} from './mempool.ts'
export type { AcceptContext, AcceptOptions } from './accept/context.ts'
export { isChildWithLoneParents, MAX_PACKAGE_COUNT } from './accept/package.ts'
export { DEFAULT_MEMPOOL_OPTIONS, type MempoolOptions } from './policy/options.ts'
export { computeFee, computeFeeRate } from './policy/feeRate.ts'
export { computeDustThreshold, findDust } from './policy/dust.ts'
export { checkStandardTransaction } from './policy/standardTransaction.ts'
export * from './policy/limits.ts'
export { checkPoolConsistency } from './pool/consistency.ts'
export type { BumpFees } from './pool/bumpFees.ts'
export { computeMemoryUsage, type MempoolEntry } from './pool/entry.ts'
export type { EntryInfo, EntryTotals } from './pool/entryInfo.ts'
export type { MiningPackage } from './pool/miningOrder.ts'
export type { EntryChunk } from './pool/cluster.ts'
export {
  BlockPolicyEstimator,
  type EstimatedTransaction,
  type HorizonName,
  type SavedEstimates,
  type SmartEstimate,
} from './estimate/blockPolicyEstimator.ts'
export type { BucketRange, StatsEstimate } from './estimate/medianFeeRate.ts'
export { decodeFeeEstimates, encodeFeeEstimates } from './estimate/feeEstimatesDat.ts'
