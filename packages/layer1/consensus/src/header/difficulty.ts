/** How many times harder than the easiest target of mainnet a compact target is to meet. */
export function computeDifficulty(bits: number): number {
  let shift = bits >>> 24
  let difficulty = 0x0000ffff / (bits & 0x00ffffff)
  for (; shift < 29; shift++) difficulty *= 256
  for (; shift > 29; shift--) difficulty /= 256
  return difficulty
}
