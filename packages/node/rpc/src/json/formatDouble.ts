const DIGITS = 16

/** A fraction as Bitcoin Core prints it: with sixteen digits, less zeros at the end (`%.16g` of C). */
export function formatDouble(value: number): string {
  const [mantissa, power] = value.toExponential(DIGITS - 1).split('e')
  const exponent = Number(power)
  if (exponent >= -4 && exponent < DIGITS) return withoutZeros(value.toPrecision(DIGITS))
  const sign = exponent < 0 ? '-' : '+'
  return `${withoutZeros(mantissa!)}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`
}

const withoutZeros = (digits: string): string => digits.replace(/\.?0+$/, '')
