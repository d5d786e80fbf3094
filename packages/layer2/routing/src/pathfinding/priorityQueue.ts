interface Entry<T> {
  readonly cost: number
  readonly value: T
}

/** A binary heap: the value of least cost comes out first. */
export class PriorityQueue<T> {
  readonly #entries: Entry<T>[] = []

  push(cost: number, value: T): void {
    const entries = this.#entries
    let at = entries.length
    entries.push({ cost, value })
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (entries[parent]!.cost <= cost) break
      entries[at] = entries[parent]!
      at = parent
    }
    entries[at] = { cost, value }
  }

  pop(): T | undefined {
    const entries = this.#entries
    const least = entries[0]
    const last = entries.pop()
    if (!least || !last) return undefined
    if (entries.length > 0) {
      let at = 0
      for (;;) {
        let child = 2 * at + 1
        if (child >= entries.length) break
        if (child + 1 < entries.length && entries[child + 1]!.cost < entries[child]!.cost) child++
        if (entries[child]!.cost >= last.cost) break
        entries[at] = entries[child]!
        at = child
      }
      entries[at] = last
    }
    return least.value
  }
}
