import { err, ok, type Result } from '@ply/bytes'
import { isMoneyRange, sats, type Sats } from '@ply/primitives'
import { type Json, RawNumber } from './value.ts'

/**
 * A decimal text times 10^`decimals` as an exact integer, or undefined where it is no decimal number or has more
 * decimals than that. Exponents are taken within bounds.
 */
export function parseFixedPoint(text: string, decimals: number): bigint | undefined {
  const match = /^(-?)(0|[1-9]\d{0,20})(?:\.(\d{1,30}))?(?:[eE]([+-]?\d{1,2}))?$/.exec(text)
  if (!match) return undefined
  const fraction = (match[3] ?? '').replace(/0+$/, '')
  const shift = decimals + Number(match[4] ?? '0') - fraction.length
  let value = BigInt(match[2]! + fraction)
  if (shift >= 0) {
    value *= 10n ** BigInt(shift)
  } else {
    const divisor = 10n ** BigInt(-shift)
    if (value % divisor !== 0n) return undefined
    value /= divisor
  }
  return match[1] === '-' ? -value : value
}

/** As many digits as Bitcoin Core reads of an amount. */
const DIGITS_LIMIT = 10n ** 18n

/** Bitcoins in JSON, as a number or as text, in satoshi. Violations: Bitcoin Core's words. */
export function parseBtcAmount(value: Json): Result<Sats, string> {
  if (typeof value !== 'number' && typeof value !== 'string' && !(value instanceof RawNumber)) {
    return err('Amount is not a number or string')
  }
  const amount = parseFixedPoint(String(value), 8)
  if (amount === undefined || amount >= DIGITS_LIMIT || amount <= -DIGITS_LIMIT) return err('Invalid amount')
  return isMoneyRange(amount) ? ok(sats(amount)) : err('Amount out of range')
}
