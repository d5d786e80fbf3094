import { err, ok, type Result } from '@ply/bytes'
import { type Json, parseFixedPoint, RawNumber, RPC_ERROR, type RpcArguments, RpcError } from '@ply/rpc'

const UNITS: readonly (readonly [unit: string, decimals: number])[] = [
  ['msat', 0],
  ['sat', 3],
  ['btc', 11],
]
/** 21 million bitcoin. */
const MAX_MSAT = 21_000_000n * 10n ** 11n

/** `50000`, `"50000msat"`, `"50sat"`, `"0.001btc"` in millisatoshi; a bare number counts in `unit`. */
export function parseMsat(value: Json, unit: 'msat' | 'sat'): Result<bigint, string> {
  if (typeof value !== 'number' && typeof value !== 'string' && !(value instanceof RawNumber)) {
    return err('should be an amount')
  }
  const text = String(value).trim().toLowerCase()
  const [name, decimals] = UNITS.find(([suffix]) => text.endsWith(suffix)) ?? ['', unit === 'msat' ? 0 : 3]
  const amount = parseFixedPoint(text.slice(0, text.length - name.length), decimals)
  if (amount === undefined || amount < 0n) return err(`'${text.slice(0, 40)}' is not an amount`)
  return amount > MAX_MSAT ? err('is over 21 million bitcoin') : ok(amount)
}

const invalid = (name: string, reason: string): RpcError => new RpcError(RPC_ERROR.invalidParams, `${name}: ${reason}`)

/** An argument in millisatoshi. */
export function msatArgument(args: RpcArguments, name: string): bigint {
  const amount = parseMsat(args.value(name) ?? null, 'msat')
  if (!amount.ok) throw invalid(name, amount.error)
  return amount.value
}

/** An argument in satoshi, or the word `all`. */
export function satArgument(args: RpcArguments, name: string): bigint | 'all' {
  const value = args.value(name) ?? null
  if (value === 'all') return 'all'
  const amount = parseMsat(value, 'sat')
  if (!amount.ok) throw invalid(name, amount.error)
  if (amount.value % 1000n !== 0n) throw invalid(name, 'is not a whole number of satoshi')
  return amount.value / 1000n
}

/** `1000perkw`, `4000perkb` (per 1000 vbytes), a bare number per 1000 vbytes, or a word of `named`; in sat/kw. */
export function feerateArgument(
  args: RpcArguments,
  name: string,
  named: Readonly<Record<'normal' | 'urgent' | 'minimum', number>>,
): number | undefined {
  const value = args.value(name)
  if (value === undefined) return undefined
  const text = String(value as string | number)
  if (text === 'normal' || text === 'urgent') return named[text]
  if (text === 'slow' || text === 'minimum') return named.minimum
  const match = /^(\d{1,9})(perkw|perkb|)$/.exec(text)
  if (!match) throw invalid(name, `'${text.slice(0, 40)}' is not a feerate`)
  return match[2] === 'perkw' ? Number(match[1]) : Math.ceil(Number(match[1]) / 4)
}
