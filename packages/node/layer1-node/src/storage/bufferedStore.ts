import { bytesToHex } from '@ply/bytes'
import type { Clock, Store, StoreOp, StoreRange } from '@ply/ports'

/** What may wait, in operations and in bytes of their values. */
const MAX_WAITING = 5000
const MAX_WAITING_BYTES = 4 << 20
const WRITE_INTERVAL_MS = 1000

/**
 * A store that writes many batches as one, now and then: for data that is made again where a crash loses the last of it.
 * Whatever was written belongs together: a batch is there only with all batches before it.
 */
export class BufferedStore implements Store {
  readonly #store: Store
  readonly #clock: Clock
  /** The last operation on each key, by the key in hex. */
  readonly #waiting = new Map<string, StoreOp>()
  #waitingBytes = 0
  #cancel: (() => void) | undefined
  /** Once it fails it fails for good. */
  #writing: Promise<void> = Promise.resolve()

  constructor(store: Store, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  #isWaiting(key: Uint8Array): StoreOp | undefined {
    return this.#waiting.get(bytesToHex(key))
  }

  async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    const op = this.#isWaiting(key)
    if (!op) return this.#store.get(key)
    return op.type === 'put' ? op.value : undefined
  }

  async getMany(keys: readonly Uint8Array[]): Promise<(Uint8Array | undefined)[]> {
    const ops = keys.map((key) => this.#isWaiting(key))
    const stored = await this.#store.getMany(keys.filter((_, i) => !ops[i]))
    let next = 0
    return ops.map((op) => (op ? (op.type === 'put' ? op.value : undefined) : stored[next++]))
  }

  async batch(ops: readonly StoreOp[], { sync = false }: { readonly sync?: boolean } = {}): Promise<void> {
    for (const op of ops) {
      this.#waiting.set(bytesToHex(op.key), op)
      if (op.type === 'put') this.#waitingBytes += op.value.length
    }
    if (sync || this.#waiting.size >= MAX_WAITING || this.#waitingBytes >= MAX_WAITING_BYTES) return this.#write(sync)
    // A failure shows in the next batch that writes.
    this.#cancel ??= this.#clock.schedule(WRITE_INTERVAL_MS, () => void this.#write().catch(() => undefined))
  }

  /** Everything that waits, in one batch. */
  #write(sync = false): Promise<void> {
    this.#cancel?.()
    this.#cancel = undefined
    this.#writing = this.#writing.then(async () => {
      const written = [...this.#waiting]
      this.#waitingBytes = 0
      await this.#store.batch(
        written.map(([, op]) => op),
        { sync },
      )
      for (const [key, op] of written) if (this.#waiting.get(key) === op) this.#waiting.delete(key)
    })
    return this.#writing
  }

  async *iterate(range: StoreRange): AsyncIterable<readonly [Uint8Array, Uint8Array]> {
    await this.#write()
    yield* this.#store.iterate(range)
  }

  async close(): Promise<void> {
    try {
      await this.#write()
    } finally {
      await this.#store.close()
    }
  }
}
