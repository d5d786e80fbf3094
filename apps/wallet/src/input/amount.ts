import { isMoneyRange, MAX_MONEY } from '@ply/primitives'
import { parseFixedPoint } from '@ply/rpc'
import { usageError } from '../exitCode.ts'

const DECIMALS: Readonly<Record<string, number>> = { msat: 0, sat: 3, sats: 3, btc: 11 }

/** Digits with optional group marks (`1_000_000`), and the unit behind them. */
const AMOUNT = /^(\d[\d_]*(?:\.\d+)?) ?([a-z]+)$/i

/** Millisatoshi of `50sat`, `0.1btc`, `1500msat`. Throws a usage error; an amount without a unit is one. */
export function parseMsats(text: string): bigint {
  const match = AMOUNT.exec(text.trim())
  if (!match) {
    const hint = /^[\d_.]+$/.test(text) ? `: say ${text}sat or ${text}btc` : ' such as 50sat, 0.1btc or 1500msat'
    throw usageError(`'${text}' needs to be an amount with its unit${hint}`)
  }
  const decimals = DECIMALS[match[2]!.toLowerCase()]
  if (decimals === undefined) throw usageError(`'${match[2]}' is no unit: one of sat, btc, msat`)
  const value = parseFixedPoint(match[1]!.replaceAll('_', '').replace(/^0+(?=\d)/, ''), decimals)
  if (value === undefined) throw usageError(`'${text}' has more decimals than its unit`)
  if (value > MAX_MONEY * 1000n) throw usageError(`'${text}' is more than there will ever be`)
  return value
}

/** Satoshi of `50sat`, `0.1btc`, `2000msat`. Throws a usage error. */
export function parseSats(text: string): bigint {
  const msats = parseMsats(text)
  if (msats % 1000n !== 0n) throw usageError(`'${text}' is no whole number of satoshi`)
  const amount = msats / 1000n
  if (!isMoneyRange(amount)) throw usageError(`'${text}' is out of range`)
  return amount
}

/** An amount above zero, or `all`. */
export function parseSatsOrAll(text: string): bigint | 'all' {
  if (text.toLowerCase() === 'all') return 'all'
  const amount = parseSats(text)
  if (amount === 0n) throw usageError('the amount must be above zero')
  return amount
}

/** Satoshi per 1000 vbytes of `2sat/vB` or `1.5sat/vb`. Throws a usage error. */
export function parseFeeRate(text: string): bigint {
  const match = /^(\d+(?:\.\d+)?) ?sats?\/vb(?:yte)?$/i.exec(text.trim())
  const value = match && parseFixedPoint(match[1]!, 3)
  if (value === null || value === undefined) throw usageError(`'${text}' is no fee rate such as 2sat/vB`)
  return value
}

/** Parts per million of `1%` or `0.5%`; throws a usage error. */
export function parsePercent(text: string): number {
  const match = /^(\d{1,3}(?:\.\d{1,4})?) ?%$/.exec(text.trim())
  if (!match || Number(match[1]) > 100) throw usageError(`'${text}' is no percentage such as 1%`)
  return Math.round(Number(match[1]) * 10_000)
}

/** Seconds of `30s`, `10m`, `1h`, `7d`. Throws a usage error. */
export function parseDuration(text: string): number {
  const match = /^(\d{1,9})([smhd])$/.exec(text.trim())
  if (!match) throw usageError(`'${text}' is no duration such as 30s, 10m, 1h or 7d`)
  const factors: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86400 }
  return Number(match[1]) * factors[match[2]!]!
}

/** A whole number in a range; throws a usage error that names it. */
export function parseCount(text: string, what: string, { min = 0, max = 1_000_000 } = {}): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : NaN
  if (!(value >= min && value <= max))
    throw usageError(`${what} must be a whole number from ${min} to ${max}, not '${text}'`)
  return value
}
