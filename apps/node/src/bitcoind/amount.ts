import { OptionError } from './optionError.ts'
import type { Settings } from './settings.ts'

/** The satoshi of an amount in BTC, or undefined where it is none. */
function parseAmount(text: string): bigint | undefined {
  const [, whole = '', fraction = ''] = /^(\d{0,10})(?:\.(\d{0,8}))?$/.exec(text.trim()) ?? []
  if (whole === '' && fraction === '') return undefined
  return BigInt(whole === '' ? 0 : whole) * 100_000_000n + BigInt(fraction.padEnd(8, '0'))
}

/** A feerate in satoshi per 1000 vbytes, given in BTC. */
export function readAmount(settings: Settings, name: string): bigint | undefined {
  const text = settings.text(name)
  if (text === undefined) return undefined
  const amount = parseAmount(text)
  if (amount === undefined) throw new OptionError(`Invalid amount for -${name}=<amount>: '${text}'`)
  return amount
}
