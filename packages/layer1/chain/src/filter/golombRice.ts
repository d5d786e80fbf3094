import type { BitReader, BitWriter } from './bitStream.ts'

/** Golomb–Rice code (BIP 158): the quotient by 2^p in unary, closed by a zero bit, then `p` bits of remainder. */
export function writeGolombRice(writer: BitWriter, value: number, p: number): void {
  const divisor = 2 ** p
  for (let quotient = Math.floor(value / divisor); quotient > 0; quotient--) writer.bit(1)
  writer.bit(0)
  writer.bits(value % divisor, p)
}

/** Violation `end-of-data`. The value is bounded by the bits that are there: 2^p for each. */
export function readGolombRice(reader: BitReader, p: number): number {
  let quotient = 0
  while (reader.bit() === 1) quotient++
  return quotient * 2 ** p + reader.bits(p)
}
