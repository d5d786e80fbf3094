export type { ChainBackend, ChainObserver, ChainTip, FeeTarget } from './chainBackend.ts'
export { LightningNode, type LightningNodeOptions } from './lightningNode.ts'
export { createLightningRpc } from './rpc/table.ts'
export { parseMsat } from './rpc/amount.ts'
