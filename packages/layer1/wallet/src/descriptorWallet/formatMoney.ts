/** Satoshi as bitcoins, without zeros at the end but with two places at least. */
export function formatMoney(value: bigint): string {
  const digits = (value < 0n ? -value : value).toString().padStart(9, '0')
  const fraction = digits.slice(-8).replace(/0{1,6}$/, '')
  return `${value < 0n ? '-' : ''}${digits.slice(0, -8)}.${fraction}`
}
