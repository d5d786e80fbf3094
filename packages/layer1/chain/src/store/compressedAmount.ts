/**
 * Packs an amount so that round numbers become small: trailing decimal zeros (up to nine) are counted instead of
 * written. One to one on the unsigned 64-bit numbers that amounts can be.
 */
export function compressAmount(amount: bigint): bigint {
  if (amount === 0n) return 0n
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

/** The inverse of {@link compressAmount}. */
export function decompressAmount(packed: bigint): bigint {
  if (packed === 0n) return 0n
  const zeros = (packed - 1n) % 10n
  const rest = (packed - 1n) / 10n
  const mantissa = zeros === 9n ? rest + 1n : (rest / 9n) * 10n + (rest % 9n) + 1n
  return mantissa * 10n ** zeros
}
