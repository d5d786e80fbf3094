export type { ChainBackend, ChainObserver, ChainTip, FeeTarget } from './chainBackend.ts'
export { computeNodeId, LightningNode, type LightningNodeOptions } from './lightningNode.ts'
export { createLightningRpc } from './rpc/table.ts'
export { parseMsat } from './rpc/amount.ts'
