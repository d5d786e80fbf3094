/** Times are rounded up to this many milliseconds: finer than the machine's ticks, and few slots to look through. */
const SLOT = 100

interface Dated {
  readonly dueAt: number
}

/** Items that each wait for a time. Taking one back costs no more than putting it in. */
export class DueTimes<T extends Dated> {
  /** By the end of the slot. */
  readonly #slots = new Map<number, Set<T>>()
  #earliest = Infinity

  add(item: T): void {
    const slot = slotOf(item)
    const items = this.#slots.get(slot) ?? new Set()
    this.#slots.set(slot, items)
    items.add(item)
    this.#earliest = Math.min(this.#earliest, slot)
  }

  delete(item: T): void {
    const slot = slotOf(item)
    const items = this.#slots.get(slot)
    items?.delete(item)
    if (items?.size === 0) this.#slots.delete(slot)
  }

  /** Takes out all whose time has come. */
  take(now: number): T[] {
    if (now < this.#earliest) return []
    const due = [...this.#slots.keys()].filter((slot) => slot <= now).sort((a, b) => a - b)
    const items = due.flatMap((slot) => [...this.#slots.get(slot)!])
    for (const slot of due) this.#slots.delete(slot)
    this.#earliest = Math.min(Infinity, ...this.#slots.keys())
    return items
  }
}

const slotOf = ({ dueAt }: Dated): number => Math.ceil(dueAt / SLOT) * SLOT
