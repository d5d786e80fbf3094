/**
 * Where in a block the transactions of its short ids belong. Sorted instead of hashed: the sender chooses the ids, and
 * could choose such as all fall together in a table whose hash is known, so that each search goes through all of them.
 */
export class ShortIdPlaces {
  readonly #ids: Float64Array
  readonly #places: Uint32Array

  /** `transactions`: the block's places; those that are taken have no short id. */
  constructor(shortIds: readonly number[], transactions: readonly unknown[]) {
    const free = transactions.flatMap((tx, place) => (tx === undefined ? [place] : []))
    const order = Uint32Array.from(shortIds, (_, i) => i).sort((a, b) => shortIds[a]! - shortIds[b]!)
    this.#ids = Float64Array.from(order, (i) => shortIds[i]!)
    this.#places = order.map((i) => free[i]!)
  }

  get hasDuplicates(): boolean {
    return this.#ids.some((id, i) => id === this.#ids[i - 1])
  }

  find(shortId: number): number | undefined {
    let [low, high] = [0, this.#ids.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#ids[middle]! < shortId) low = middle + 1
      else high = middle
    }
    return this.#ids[low] === shortId ? this.#places[low] : undefined
  }
}
