export {
  formatViolation,
  invalidBlock,
  invalidTx,
  type BlockFailure,
  type BlockViolation,
  type TxFailure,
  type TxViolation,
  type Violation,
} from './violation.ts'
export * from './limits.ts'

export { checkContextualHeader, checkHeader, type HeaderContext } from './checkHeader.ts'
export { checkTransaction } from './checkTransaction.ts'
export { checkBlock, checkContextualBlock, checkMutation, type BlockCheckOptions } from './checkBlock.ts'
export { connectBlock, requiredOutpoints, type BlockConnection, type ConnectContext } from './connectBlock.ts'
export { disconnectBlock, type BlockDisconnection } from './disconnectBlock.ts'

export { findAncestor, LinkedHeader, skipHeight, type ChainHeader, type SkipLinked } from './header/chainHeader.ts'
export { computeDifficulty } from './header/difficulty.ts'
export { decodeCompact, encodeCompact, type CompactTarget } from './header/compactBits.ts'
export { computeBlockWork, computeEquivalentTime } from './header/work.ts'
export { checkProofOfWork, deriveTarget, hasProofOfWork } from './header/proofOfWork.ts'
export { computeNextBits, isPermittedDifficultyTransition } from './header/difficultyAdjustment.ts'
export { computeMedianTimePast } from './header/medianTimePast.ts'

export type { Coin, CoinsView } from './transaction/coin.ts'
export {
  CoinsOverlay,
  type BlockUndo,
  type CoinChange,
  type CoinChanges,
  type CoinsDelta,
} from './transaction/coinsOverlay.ts'
export { checkTxInputs, type InputsCheck } from './transaction/inputs.ts'
export { isFinalTx } from './transaction/finality.ts'
export { areSequenceLocksMet, computeSequenceLocks, type SequenceLocks } from './transaction/sequenceLocks.ts'
export { computeSigopCost, countLegacySigops } from './transaction/sigopCost.ts'
export {
  checkInputScripts,
  collectInputScripts,
  describeScriptFailure,
  settleCollectedScripts,
  type CollectedScript,
  type ScriptFailure,
} from './transaction/inputScripts.ts'
export { ScriptExecutionCache } from './transaction/scriptExecutionCache.ts'

export {
  verifyBlockScripts,
  verifyCollectedChecks,
  type CollectOptions,
  type SpendToVerify,
} from './block/blockScripts.ts'
export { computeSubsidy } from './block/subsidy.ts'
export { encodeCoinbaseHeight } from './block/coinbaseHeight.ts'
export { createdOutpoints, isBip30Enforced, isBip30Overwritten } from './block/duplicateCoinbase.ts'
export { createSignetTransactions, type SignetTransactions } from './block/signetSolution.ts'
export {
  computeWitnessCommitment,
  createWitnessCommitmentScript,
  findWitnessCommitment,
} from './block/witnessCommitment.ts'

export {
  createMerkleBlock,
  decodeMerkleBlock,
  encodeMerkleBlock,
  extractMatches,
  readMerkleBlock,
  writeMerkleBlock,
  type MerkleBlock,
} from './proof/merkleBlock.ts'

export { isBuriedActive } from './deployments/buried.ts'
export { computeScriptFlags } from './deployments/scriptFlags.ts'
export {
  computeDeploymentSince,
  computeDeploymentState,
  computeDeploymentStatistics,
  deploymentCondition,
  hasVersionBit,
  type DeploymentCache,
  type DeploymentState,
  type DeploymentStatistics,
  type ThresholdCondition,
} from './deployments/versionBits.ts'
export { VersionBitsCache } from './deployments/versionBitsCache.ts'
