import type { OptionEntry } from './option.ts'

export const RELAY_OPTIONS: readonly OptionEntry[] = [
  { name: 'acceptnonstdtxn', kind: 'flag', help: 'Take transactions of any form (not on mainnet)', debug: true },
  { name: 'bytespersigop', kind: 'number', help: 'Bytes that a signature operation counts for (default: 20)' },
  { name: 'datacarrier', kind: 'flag', help: 'Relay OP_RETURN outputs (default: 1)' },
  { name: 'datacarriersize', kind: 'number', help: 'Their bytes in one transaction together (default: 100000)' },
  { name: 'dustrelayfee', kind: 'amount', help: 'Feerate (BTC/kvB) that tells what is dust', debug: true },
  { name: 'incrementalrelayfee', kind: 'amount', help: 'Feerate (BTC/kvB) of a step', debug: true },
  { name: 'minrelaytxfee', kind: 'amount', help: 'Feerate (BTC/kvB) below which nothing is relayed' },
  { name: 'permitbaremultisig', kind: 'flag', help: 'Relay multisig outputs outside of P2SH (default: 1)' },
  {
    name: 'privatebroadcast',
    kind: 'flag',
    help: 'Send what sendrawtransaction is given over Tor and I2P, by connections of their own',
  },
  { name: 'whitelistforcerelay', kind: 'flag', help: 'Permission forcerelay for who is whitelisted' },
  { name: 'whitelistrelay', kind: 'flag', help: 'Permission relay for who is whitelisted (default: 1)' },
]

export const MINING_OPTIONS: readonly OptionEntry[] = [
  { name: 'blockmaxweight', kind: 'number', help: 'Weight of a block at most (default: 4000000)', debug: true },
  { name: 'blockmintxfee', kind: 'amount', help: 'Feerate (BTC/kvB) below which nothing is mined' },
  { name: 'blockreservedweight', kind: 'number', help: 'Weight kept for header and coinbase (default: 8000)' },
  { name: 'blockversion', kind: 'number', help: 'Version of blocks', debug: true },
]
