export { Layer1Node, type Layer1NodeOptions, type MockableClock } from './layer1Node.ts'
export { ChainManager } from './chain/chainManager.ts'
export type { ChainManagerFields } from './chain/chainManagerFields.ts'
export type { ChainListener, ConnectedBlock } from './chain/chainListener.ts'
export { MempoolManager, type MempoolListener, type UnspentOutput } from './mempool/mempoolManager.ts'
export { Miner, type MineRequest, type MiningOptions } from './mining/miner.ts'
export { DEFAULT_MEMPOOL_OPTIONS, type MempoolOptions } from '@ply/mempool'
export { Automine, type AutominePolicy } from './mining/automine.ts'
export type { ConnectionEnds, I2pService, ListenAddress, PermissionsOf } from './peers/connectionEnds.ts'
export type { TorSettings } from './tor/torSettings.ts'
export { BindError } from './peers/bindError.ts'
export { PeerService } from './peers/peerService.ts'
export type { ConnectionSettings } from './peers/connectionSettings.ts'
export {
  NETWORK_NAMES as PEER_NETWORKS,
  type NetworkName as PeerNetwork,
  formatService,
  parseService,
  parseSubnet,
  type Permission as PeerPermission,
  subnetIncludes,
} from '@ply/p2p'
export { createChainBackend, type LocalChainBackend } from './chainBackend.ts'
export { createLayer1Methods } from './rpc/table.ts'
export type { ProcessControl } from './rpc/control.ts'
export type { LogCategories } from './rpc/logging.ts'
export { createRestHandler, type RestHandler } from './rest/rest.ts'
export * as paramShapes from './rpc/paramShapes.ts'
export { CLIENT_VERSION } from './rpc/network.ts'
export { zmqMethods } from './rpc/zmq.ts'
export {
  DEFAULT_ZMQ_HIGH_WATER_MARK,
  ZMQ_TOPICS,
  type ZmqNotification,
  ZmqNotifier,
  type ZmqTopic,
} from './notify/zmqNotifier.ts'
export { dataFolder, defaultDataDirectory, type DataFolder } from './storage/dataFolder.ts'
export { lockDataFolder } from './storage/lockDataFolder.ts'
export type { ChainTask, ReportProgress } from './chain/progress.ts'
export { DEFAULT_VERIFY_SCOPE, type VerifyScope } from './chain/verifyChain.ts'
export type { VerificationSettings } from './chain/verificationSettings.ts'
export { logTask } from './logTask.ts'
export { RebuildError } from './chain/rebuildError.ts'
export { SnapshotError } from './chain/snapshotError.ts'
export { IndexDataError } from './index/checkIndexedData.ts'
export type { PruneTarget } from './chain/pruning.ts'
export type { ReindexScope } from './chain/reindex.ts'
export { BlockStore, type BlockStoreOptions, DamagedDataError } from './storage/blockStore.ts'
export { transactionJson } from './rpc/json/transactionJson.ts'
export { readAmount } from './rpc/construct/amount.ts'
export {
  checkLockTime,
  checkVersion,
  listOutputs,
  readInputs,
  readOutputs,
} from './rpc/construct/constructTransaction.ts'
export { decodeTransactionForms } from './rpc/construct/transactionForms.ts'
export { readSighashType } from './rpc/construct/sighashType.ts'
export { createSource, signInputs } from './rpc/construct/signTransaction.ts'
export { addGivenCoins, findSpentCoins } from './rpc/construct/spentCoins.ts'
export { readTransactionHex } from './rpc/lookups.ts'
