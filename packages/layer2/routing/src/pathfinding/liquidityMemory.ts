import type { Msats } from '@ply/primitives'

/** What an edge was seen to carry, and not to carry. */
interface Bounds {
  /** The last amount that went through; 0 if none did. */
  readonly atLeast: bigint
  /** Less than this could be sent; undefined if nothing ever failed. */
  readonly below: bigint | undefined
  readonly time: number
}

/** After so many seconds half of what was learnt is forgotten. */
const HALF_LIFE = 3600
/** A direction that a peer said not to exist or to be unusable is left alone for this many seconds. */
const UNUSABLE_FOR = 24 * 3600

/**
 * What payments taught about the balances of other people's channels: between the amounts that passed and those that
 * failed, success is taken as uniformly likely. Knowledge fades with time.
 */
export class LiquidityMemory {
  readonly #bounds = new Map<string, Bounds>()
  readonly #unusable = new Map<string, number>()

  /** `edge` could not forward `amountMsat`. */
  recordFailure(edge: string, amountMsat: bigint, now: number): void {
    const { atLeast } = this.#bounds.get(edge) ?? { atLeast: 0n }
    this.#bounds.set(edge, { atLeast: atLeast < amountMsat ? atLeast : 0n, below: amountMsat, time: now })
  }

  /** `edge` forwarded `amountMsat`. */
  recordSuccess(edge: string, amountMsat: bigint, now: number): void {
    const below = this.#bounds.get(edge)?.below
    this.#bounds.set(edge, {
      atLeast: amountMsat,
      below: below !== undefined && below > amountMsat ? below : undefined,
      time: now,
    })
  }

  /** `edge` is not to be tried for a day, at whatever amount. */
  recordUnusable(edge: string, now: number): void {
    this.#unusable.set(edge, now)
  }

  isUnusable(edge: string, now: number): boolean {
    const since = this.#unusable.get(edge)
    return since !== undefined && now - since < UNUSABLE_FOR
  }

  /** In [0, 1]: how likely `edge` carries `amountMsat`, given its capacity (undefined: unknown, taken as plenty). */
  probability(
    edge: string,
    amountMsat: bigint,
    { capacityMsat, now }: { readonly capacityMsat: Msats | undefined; readonly now: number },
  ): number {
    const capacity = capacityMsat === undefined ? Infinity : Number(capacityMsat)
    const amount = Number(amountMsat)
    const known = this.#bounds.get(edge)
    if (!known) return capacity === Infinity ? 1 : Math.max(0, (capacity + 1 - amount) / (capacity + 1))
    const kept = 0.5 ** (Math.max(0, now - known.time) / HALF_LIFE)
    const low = Number(known.atLeast) * kept
    const ceiling = capacity === Infinity ? Math.max(2 * amount, Number(known.below ?? 0n) * 2, 1) : capacity + 1
    const high = known.below === undefined ? ceiling : ceiling - (ceiling - Number(known.below)) * kept
    if (amount <= low) return 1
    if (amount >= high) return 0
    return (high - amount) / (high - low)
  }

  /** Drops what has faded away. */
  prune(now: number): void {
    for (const [edge, { time }] of this.#bounds) if (now - time > 24 * HALF_LIFE) this.#bounds.delete(edge)
    for (const [edge, since] of this.#unusable) if (now - since >= UNUSABLE_FOR) this.#unusable.delete(edge)
  }
}
