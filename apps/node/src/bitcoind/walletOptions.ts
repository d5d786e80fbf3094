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

/** bitcoind's options for wallets. */
export function readWalletOptions(settings: Settings): Partial<WalletOptions> {
  const keypool = settings.integer('keypool')
  const addressType = readOutputType(settings, 'addresstype', 'address')
  const changeType = readOutputType(settings, 'changetype', 'change')
  const confirmTarget = settings.integer('txconfirmtarget')
  const [fallbackFee, minTxFee, discardFee, maxTxFee] = ['fallbackfee', 'mintxfee', 'discardfee', 'maxtxfee'].map(
    (name) => readAmount(settings, name),
  )
  return {
    replaceable: settings.flag('walletrbf', true),
    broadcast: settings.flag('walletbroadcast', true),
    ...(keypool !== undefined && { keypool: Math.max(1, keypool) }),
    ...(addressType && { addressType }),
    ...(changeType && { changeType }),
    ...(confirmTarget !== undefined && { confirmTarget }),
    ...(fallbackFee !== undefined && { fallbackFee }),
    ...(minTxFee !== undefined && { minTxFee }),
    ...(discardFee !== undefined && { discardFee }),
    ...(maxTxFee !== undefined && { maxTxFee }),
  }
}
