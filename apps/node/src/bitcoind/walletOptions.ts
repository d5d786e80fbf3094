import { isOutputType, type OutputType, type WalletOptions } from '@ply/wallet-node'
import { readAmount } from './amount.ts'
import { OptionError } from './optionError.ts'
import type { Settings } from './settings.ts'

function readOutputType(settings: Settings, name: string, what: string): OutputType | undefined {
  const text = settings.text(name)
  if (text === undefined || text === '') return undefined
  if (!isOutputType(text)) throw new OptionError(`Unknown ${what} type '${text}'`)
  return text
}

const FEES = {
  fallbackfee: 'fallbackFee',
  mintxfee: 'minTxFee',
  discardfee: 'discardFee',
  maxtxfee: 'maxTxFee',
  consolidatefeerate: 'consolidateFeeRate',
} as const

function readFees(settings: Settings): Partial<WalletOptions> {
  const fees = Object.entries(FEES).map(([name, key]) => [key, readAmount(settings, name)] as const)
  // "-1" says not to try, and is no amount.
  const isOff = settings.text('maxapsfee')?.startsWith('-') ?? false
  const maxApsFee = isOff ? -1n : readAmount(settings, 'maxapsfee')
  const given = [...fees, ['maxApsFee', maxApsFee] as const].filter(([, fee]) => fee !== undefined)
  // As bitcoind: without an estimate nothing is paid until somebody says what.
  return { fallbackFee: 0n, ...Object.fromEntries(given) }
}

/** bitcoind's options for wallets. */
export function readWalletOptions(settings: Settings): Partial<WalletOptions> {
  const keypool = settings.integer('keypool')
  const addressType = readOutputType(settings, 'addresstype', 'address')
  const changeType = readOutputType(settings, 'changetype', 'change')
  const confirmTarget = settings.integer('txconfirmtarget')
  const [maxAncestors, maxDescendants] = ['limitancestorcount', 'limitdescendantcount'].map((name) =>
    settings.integer(name),
  )
  return {
    ...readFees(settings),
    replaceable: settings.flag('walletrbf', true),
    broadcast: settings.flag('walletbroadcast', true),
    avoidPartialSpends: settings.flag('avoidpartialspends', false),
    spendZeroConfChange: settings.flag('spendzeroconfchange', true),
    rejectLongChains: settings.flag('walletrejectlongchains', true),
    ...(maxAncestors !== undefined && { maxAncestors }),
    ...(maxDescendants !== undefined && { maxDescendants }),
    ...(keypool !== undefined && { keypool: Math.max(1, keypool) }),
    ...(addressType && { addressType }),
    ...(changeType && { changeType }),
    ...(confirmTarget !== undefined && { confirmTarget }),
  }
}
