export { AddressIndex, type HistoryEntry } from './addressIndex/addressIndex.ts'
export { MempoolIndex, type PoolTransaction } from './addressIndex/mempoolIndex.ts'
export {
  computeScriptHash,
  type BlockRow,
  type ChainPosition,
  type SpendRow,
  type Totals,
} from './addressIndex/rows.ts'
export { createEsploraApp, type EsploraAppOptions } from './app.ts'
export { Explorer, type Spender, type UnspentOutput } from './explorer.ts'
export { esploraAsm } from './json/scriptAsm.ts'
export { startEsplora, type EsploraOptions, type EsploraServer } from './server.ts'
