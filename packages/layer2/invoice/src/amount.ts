import { DecodeError, err, ok, type Result } from '@ply/bytes'
import { msats, type Msats } from '@ply/primitives'

/** Pico-bitcoin in one unit of each multiplier; ten of them make a millisatoshi. */
const PICO_BITCOIN = { '': 10n ** 12n, m: 10n ** 9n, u: 10n ** 6n, n: 10n ** 3n, p: 1n } as const
const PICO_BITCOIN_PER_MSAT = 10n
/** 21 million bitcoin. */
const MAX_MSAT = 21_000_000n * 10n ** 11n

type Multiplier = keyof typeof PICO_BITCOIN

/** Reads `2500u`; violations `bad-amount`, `sub-millisatoshi-amount`, `amount-too-large`. */
export function decodeAmount(text: string): Result<Msats, DecodeError> {
  const match = /^(\d{1,20})([munp]?)$/.exec(text)
  if (!match) return err(new DecodeError('bad-amount', `'${text}' is not an amount with a multiplier`))
  const pico = BigInt(match[1]!) * PICO_BITCOIN[match[2] as Multiplier]
  if (pico % PICO_BITCOIN_PER_MSAT !== 0n) return err(new DecodeError('sub-millisatoshi-amount'))
  const amount = pico / PICO_BITCOIN_PER_MSAT
  return amount > MAX_MSAT ? err(new DecodeError('amount-too-large')) : ok(msats(amount))
}

/** The shortest form: the largest multiplier that needs no fraction. */
export function encodeAmount(amount: Msats): string {
  const pico = amount * PICO_BITCOIN_PER_MSAT
  const multipliers = Object.entries(PICO_BITCOIN)
  const [letter, unit] = multipliers.find(([, size]) => pico % size === 0n) ?? ['p', 1n]
  return `${pico / unit}${letter}`
}
