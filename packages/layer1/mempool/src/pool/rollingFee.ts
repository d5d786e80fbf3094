const HALF_LIFE = 12 * 3600
/** The minimum is worked out anew at most this often, in seconds. */
const STEP = 10

/** The feerate below which a full pool takes nothing: raised by evictions, falling again once blocks come. */
export class RollingFee {
  readonly #incremental: bigint
  #feeRate = 0
  #updatedAt = 0
  #blockSinceRise = false

  constructor(incremental: bigint) {
    this.#incremental = incremental
  }

  /** Something was evicted for want of room: the next must pay at least `feeRate`. */
  raise(feeRate: bigint): void {
    if (Number(feeRate) <= this.#feeRate) return
    this.#feeRate = Number(feeRate)
    this.#blockSinceRise = false
  }

  blockConnected(now: number): void {
    this.#blockSinceRise = true
    this.#updatedAt = now
  }

  /** Satoshi per 1000 vbytes at `now` seconds; `fill` is the used part of the pool's room. */
  at(now: number, fill: number): bigint {
    if (!this.#blockSinceRise || this.#feeRate === 0) return BigInt(Math.round(this.#feeRate))
    if (now > this.#updatedAt + STEP) {
      const halfLife = fill < 0.25 ? HALF_LIFE / 4 : fill < 0.5 ? HALF_LIFE / 2 : HALF_LIFE
      this.#feeRate /= 2 ** ((now - this.#updatedAt) / halfLife)
      this.#updatedAt = now
      if (this.#feeRate < Number(this.#incremental) / 2) {
        this.#feeRate = 0
        return 0n
      }
    }
    const feeRate = BigInt(Math.round(this.#feeRate))
    return feeRate > this.#incremental ? feeRate : this.#incremental
  }
}
