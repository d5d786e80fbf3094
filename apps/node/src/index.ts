export { Plyd, type PlydAddresses, type PlydHooks } from './plyd.ts'
export { DEV_MNEMONIC, parseOptions, type Parsed, type PlydOptions } from './options.ts'
export type { LightningEntry } from './lightning.ts'
export { deriveAccounts, type Account } from './accounts.ts'
