/**
 * Packs an amount so that round numbers become small: trailing decimal zeros (up to nine) are counted instead of
 * written. One to one on the unsigned 64-bit numbers that amounts can be.
 */
export function compressAmount(amount: bigint): bigint {
  if (amount === 0n) return 0n
  if (amount > 0n && amount < MAX_SMALL) return BigInt(compressSmall(Number(amount)))
  let mantissa = amount
  let zeros = 0n
  while (zeros < 9n && mantissa % 10n === 0n) {
    mantissa /= 10n
    zeros++
  }
  if (zeros === 9n) return 1n + (mantissa - 1n) * 10n + 9n
  // The last digit is not zero, so nine values are enough for it.
  const digit = mantissa % 10n
  return 1n + ((mantissa / 10n) * 9n + digit - 1n) * 10n + zeros
}

/** Ten million bitcoins: below, all that happens on the way is a safe integer. */
const MAX_SMALL = 10n ** 15n

function compressSmall(amount: number): number {
  let mantissa = amount
  let zeros = 0
  while (zeros < 9 && mantissa % 10 === 0) {
    mantissa /= 10
    zeros++
  }
  if (zeros === 9) return 1 + (mantissa - 1) * 10 + 9
  const digit = mantissa % 10
  return 1 + (((mantissa - digit) / 10) * 9 + digit - 1) * 10 + zeros
}

/** The inverse of {@link compressAmount}. */
export function decompressAmount(packed: bigint): bigint {
  if (packed === 0n) return 0n
  const zeros = (packed - 1n) % 10n
  const rest = (packed - 1n) / 10n
  const mantissa = zeros === 9n ? rest + 1n : (rest / 9n) * 10n + (rest % 9n) + 1n
  return mantissa * 10n ** zeros
}
