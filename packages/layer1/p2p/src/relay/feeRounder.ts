const SPACING = 1.1
const HIGHEST = 1e7

/**
 * The values that a `feefilter` may have, ascending, for a least feerate that counts (satoshi per 1000 vbytes). An exact
 * one would tell who we are on another connection: it depends on what is in our pool.
 */
function filterValues(least: bigint): number[] {
  const values = [0]
  const lowest = Math.max(1, Math.floor(Number(least) / 2))
  for (let value = lowest; value <= HIGHEST; value *= SPACING) values.push(value)
  return values
}

/** Rounds feerates for `feefilter`: down in two of three cases, else up. */
export class FeeRounder {
  readonly #values: readonly number[]
  readonly #random: () => number

  /** `random`: uniform in [0, 1). */
  constructor(least: bigint, random: () => number) {
    this.#values = filterValues(least)
    this.#random = random
  }

  round(feeRate: bigint): bigint {
    const above = this.#values.findIndex((value) => value >= Number(feeRate))
    const down = above < 0 || (above > 0 && this.#random() * 3 >= 1)
    const at = above < 0 ? this.#values.length - 1 : down ? above - 1 : above
    return BigInt(Math.floor(this.#values[at]!))
  }
}
