import { bytesToHex, hexToBytes } from '@ply/bytes'
import type { Store, StoreOp, StoreRange } from '@ply/ports'

/** A {@link Store} in memory, for tests. */
export class MemoryStore implements Store {
  readonly #entries = new Map<string, Uint8Array>()

  get(key: Uint8Array): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.#entries.get(bytesToHex(key)))
  }
  getMany(keys: readonly Uint8Array[]): Promise<(Uint8Array | undefined)[]> {
    return Promise.resolve(keys.map((key) => this.#entries.get(bytesToHex(key))))
  }
  batch(ops: Iterable<StoreOp>): Promise<void> {
    for (const op of ops) {
      if (op.type === 'put') this.#entries.set(bytesToHex(op.key), op.value.slice())
      else this.#entries.delete(bytesToHex(op.key))
    }
    return Promise.resolve()
  }
  async *iterate(range: StoreRange): AsyncIterable<readonly [Uint8Array, Uint8Array]> {
    const from = range.gte && bytesToHex(range.gte)
    const to = range.lt && bytesToHex(range.lt)
    const keys = [...this.#entries.keys()].filter(
      (k) => (from === undefined || k >= from) && (to === undefined || k < to),
    )
    keys.sort()
    if (range.reverse) keys.reverse()
    for (const key of keys.slice(0, range.limit)) yield [hexToBytes(key), this.#entries.get(key)!] as const
    await Promise.resolve()
  }
  close(): Promise<void> {
    return Promise.resolve()
  }
}
