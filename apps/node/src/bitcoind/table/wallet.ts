import type { OptionEntry, OptionKind } from './option.ts'

const option = (name: string, kind: OptionKind, help: string, placeholder?: string): OptionEntry => ({
  name,
  kind,
  help,
  ...(placeholder !== undefined && { placeholder }),
})

const OUTPUT_TYPES = 'legacy, p2sh-segwit, bech32 or bech32m'

const USED: readonly OptionEntry[] = [
  option('addresstype', 'text', `Kind of new addresses: ${OUTPUT_TYPES}`, '<type>'),
  option('avoidpartialspends', 'flag', 'Spend all coins of an address together'),
  option('changetype', 'text', `Kind of addresses for change: ${OUTPUT_TYPES}`, '<type>'),
  option('consolidatefeerate', 'amount', 'Rate (in BTC/kvB) up to which more inputs than needed are spent'),
  option('disablewallet', 'flag', 'No wallets'),
  option('discardfee', 'amount', 'Rate (in BTC/kvB) at which change that is not worth its own spending is given up'),
  option('fallbackfee', 'amount', 'Rate (in BTC/kvB) where none can be estimated (0: do not send then)'),
  option('keypool', 'number', 'Addresses to look for beyond the last one used'),
  option('maxapsfee', 'amount', 'What spending all coins of an address together may cost more (-1: never do it)'),
  option('maxtxfee', 'amount', 'BTC that a transaction may pay at most'),
  option('mintxfee', 'amount', 'Rate (in BTC/kvB) below which no transaction is made'),
  option('signer', 'text', 'Program that reaches external signers, such as HWI', '<cmd>'),
  option('spendzeroconfchange', 'flag', 'Spend change that is not confirmed yet (default: 1)'),
  option('txconfirmtarget', 'number', 'Blocks within which a payment should be confirmed'),
  option('wallet', 'text', 'Load a wallet at start; may be repeated', '<path>'),
  option('walletbroadcast', 'flag', 'Send transactions of wallets to peers (default: 1)'),
  option('walletdir', 'text', 'Folder of the wallets', '<dir>'),
  option(
    'walletnotify',
    'text',
    'Command to run when a transaction of a wallet changes (%s: its id, %w: the wallet, %b: its block or unconfirmed, %h: its height or -1)',
    '<cmd>',
  ),
  option('walletrbf', 'flag', 'Let new transactions be replaced (default: 1)'),
  { ...option('walletrejectlongchains', 'flag', 'Make no transaction that the mempool would refuse'), debug: true },
]

const UNUSED: readonly OptionEntry[] = [
  option('dblogsize', 'number', 'Of databases that wallets here are not kept in'),
  option('flushwallet', 'flag', 'Wallets are on disk at once here'),
  option('paytxfee', 'amount', 'Removed: the rate is an argument of each call'),
  option('privdb', 'flag', 'Of databases that wallets here are not kept in'),
  option('swapbdbendian', 'flag', 'Of databases that wallets here are not kept in'),
  option('unsafesqlitesync', 'flag', 'Of databases that wallets here are not kept in'),
  option('walletcrosschain', 'flag', 'Wallets know their chain here by their keys alone'),
].map((entry) => ({ ...entry, unused: true, debug: true }))

export const WALLET_OPTIONS: readonly OptionEntry[] = [...USED, ...UNUSED]
