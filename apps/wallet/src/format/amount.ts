import { formatBtc } from '@ply/primitives'

/** `1 234 567 sat`, with thin groups of three digits. */
export function formatSats(amount: bigint): string {
  const digits = (amount < 0n ? -amount : amount).toString()
  const grouped = digits.replace(/\B(?=(\d{3})+$)/g, '\u202f')
  return `${amount < 0n ? '-' : ''}${grouped} sat`
}

/** With its sign, for what came and went. */
export const formatSignedSats = (amount: bigint): string => (amount > 0n ? '+' : '') + formatSats(amount)

/** `1 234 sat`, or `1 234.567 sat` where there are thousandths. */
export function formatMsats(amount: bigint): string {
  const whole = formatSats(amount / 1000n)
  const rest = (amount < 0n ? -amount : amount) % 1000n
  return rest === 0n ? whole : whole.replace(' sat', `.${rest.toString().padStart(3, '0')} sat`)
}

/** `0.00012345 BTC` */
export const formatBitcoins = (amount: bigint): string => `${formatBtc(amount)} BTC`

/** `2 sat/vB`, `1.5 sat/vB`, from satoshi per 1000 vbytes. */
export function formatFeeRate(feeRate: bigint): string {
  const fraction = (feeRate % 1000n).toString().padStart(3, '0').replace(/0+$/, '')
  return `${feeRate / 1000n}${fraction === '' ? '' : `.${fraction}`} sat/vB`
}
