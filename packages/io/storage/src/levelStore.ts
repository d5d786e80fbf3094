import { mkdir } from 'node:fs/promises'
import { ClassicLevel } from 'classic-level'
import type { Store, StoreOp, StoreRange } from '@ply/ports'
import { DatabaseError } from './databaseError.ts'
import { describeFailure } from './describeFailure.ts'
import { LockError } from './lockError.ts'
import { checkLogs } from './logChecksum.ts'

export interface LevelOptions {
  /** Bytes of uncompressed blocks that LevelDB keeps in memory. */
  readonly cacheSize?: number
  /** Bytes written to the log before LevelDB sorts them into a table. */
  readonly writeBufferSize?: number
}

/** What LevelDB takes of memory where nothing else is said. */
export const DEFAULT_LEVEL_OPTIONS: Required<LevelOptions> = { cacheSize: 16 << 20, writeBufferSize: 8 << 20 }

/** So few keys are read sooner than another thread is asked to read them. */
const KEYS_AT_ONCE = 4

// The binding answers with Buffers, whose slice() shares memory where every Uint8Array's copies.
const plain = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** LevelDB behind the {@link Store} port. */
class LevelStore implements Store {
  readonly #db: ClassicLevel<Uint8Array, Uint8Array>

  constructor(db: ClassicLevel<Uint8Array, Uint8Array>) {
    this.#db = db
  }

  async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    const value = await this.#db.get(key)
    return value && plain(value)
  }

  #getNow(key: Uint8Array): Uint8Array | undefined {
    const value = this.#db.getSync(key)
    return value && plain(value)
  }

  async getMany(keys: readonly Uint8Array[]): Promise<(Uint8Array | undefined)[]> {
    if (keys.length <= KEYS_AT_ONCE) return keys.map((key) => this.#getNow(key))
    return (await this.#db.getMany([...keys])).map((value) => value && plain(value))
  }

  async batch(ops: Iterable<StoreOp>, { sync = false }: { readonly sync?: boolean } = {}): Promise<void> {
    if (Array.isArray(ops)) {
      const all = ops as StoreOp[]
      if (all.length > 0 || sync) await this.#db.batch(all, { sync })
      return
    }
    // Each goes into LevelDB's own batch at once: a million of them as objects would fill the heap.
    const batch = this.#db.batch()
    for (const op of ops) {
      if (op.type === 'put') batch.put(op.key, op.value)
      else batch.del(op.key)
    }
    await batch.write({ sync })
  }

  async *iterate(range: StoreRange): AsyncIterable<readonly [Uint8Array, Uint8Array]> {
    for await (const [key, value] of this.#db.iterator({
      ...(range.gte && { gte: range.gte }),
      ...(range.lt && { lt: range.lt }),
      reverse: range.reverse ?? false,
      limit: range.limit ?? -1,
    })) {
      yield [plain(key), plain(value)]
    }
  }

  close(): Promise<void> {
    return this.#db.close()
  }
}

function causes(error: unknown): unknown[] {
  const chain: unknown[] = []
  for (let at = error; at instanceof Error && chain.length < 8; at = at.cause) chain.push(at)
  return chain
}

/**
 * Opens (or creates) a LevelDB database in `folder`, for one process at a time.
 * Rejects with {@link LockError} while another process has it open, with {@link DatabaseError} if it is damaged.
 */
export async function openLevelStore(folder: string, options: LevelOptions = {}): Promise<Store> {
  await mkdir(folder, { recursive: true })
  await checkLogs(folder)
  const db = new ClassicLevel<Uint8Array, Uint8Array>(folder, {
    keyEncoding: 'view',
    valueEncoding: 'view',
    ...DEFAULT_LEVEL_OPTIONS,
    ...options,
  })
  try {
    await db.open()
  } catch (error) {
    const found = causes(error)
    if (found.some((cause) => (cause as { code?: unknown }).code === 'LEVEL_LOCKED')) throw new LockError(folder)
    const innermost = found.at(-1)
    if (!(innermost instanceof Error)) throw error
    throw new DatabaseError(describeFailure(folder, innermost.message), { cause: innermost })
  }
  return new LevelStore(db)
}
