export { ChainManager, type ChainManagerFields } from './chain/chainManager.ts'
export type { ChainListener, ConnectedBlock } from './chain/chainListener.ts'
