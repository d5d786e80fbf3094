export {
  BlockNode,
  compareByWork,
  SEQUENCE_BEST_CHAIN_FROM_DISK,
  SEQUENCE_FROM_DISK,
  type BlockValidity,
} from './headerTree/blockNode.ts'
export { checkTreeConsistency } from './headerTree/consistency.ts'
export { HeaderTree } from './headerTree/headerTree.ts'
export { planReorg, type ReorgPlan } from './headerTree/reorgPlan.ts'
export { ActiveChain } from './headerTree/activeChain.ts'
export { createLocator, findLocatorFork } from './headerTree/locator.ts'
export { computeChainTips, type ChainTip, type ChainTipStatus } from './headerTree/chainTips.ts'
export {
  decodeBlockIndexEntry,
  encodeBlockIndexEntry,
  indexEntryOf,
  type BlockIndexEntry,
} from './headerTree/blockIndexEntry.ts'
export { findScriptCheckReason, type ScriptCheckReason } from './assumeValid.ts'

export { CoinsCache } from './coins/coinsCache.ts'
export { createSerializedUtxoHash, encodeHashedCoin, type UtxoHash } from './coins/utxoHash.ts'
export { createMuHashUtxoHash, MuHash } from './coins/muhash.ts'
export { UtxoStatistics } from './coins/utxoStatistics.ts'
export {
  addBlockToTotals,
  type CoinTotals,
  type CountedBlock,
  NO_COIN_TOTALS,
  removeBlockFromHash,
  type UnspendableTotals,
} from './coins/coinTotals.ts'

export { BASIC_FILTER_TYPE, computeBasicFilter, decodeBasicFilter, matchFilter } from './filter/basicFilter.ts'
export { computeFilterHash, computeFilterHeader, NO_FILTER_HEADER, type FilterHeader } from './filter/filterHeader.ts'

export {
  decodeSnapshotMetadata,
  encodeSnapshotMetadata,
  SNAPSHOT_METADATA_SIZE,
  type SnapshotMetadata,
} from './snapshot/snapshotMetadata.ts'
export { type ExpectedCoins, SnapshotDecoder, type SnapshotViolation } from './snapshot/snapshotDecoder.ts'
export { SnapshotCoins } from './snapshot/snapshotCoins.ts'

export { decodeCoin, encodeCoin } from './store/coinCodec.ts'
export { type CoinStatistics, decodeCoinStatistics, encodeCoinStatistics } from './store/coinTotalsCodec.ts'
export { decodeUndo, encodeUndo } from './store/undoCodec.ts'
export { BLOCK_INDEX_RANGE, blockIndexKey, COIN_RANGE, coinKey, decodeCoinKey, TIP_KEY } from './store/keys.ts'
export { createIndexOps, createTipOp } from './store/indexOps.ts'

export {
  computeMinimumTime,
  createBlockTemplate,
  DEFAULT_BLOCK_MIN_FEE_RATE,
  DEFAULT_RESERVED_SIGOPS,
  DEFAULT_RESERVED_WEIGHT,
  type BlockTemplate,
  type TemplateRequest,
} from './template/blockTemplate.ts'
export { commitToWitnesses, createCoinbase, WITNESS_RESERVED_VALUE } from './template/coinbase.ts'
export {
  selectPackages,
  type SelectionLimits,
  type TemplateEntry,
  type TemplatePackage,
} from './template/packageSelection.ts'
