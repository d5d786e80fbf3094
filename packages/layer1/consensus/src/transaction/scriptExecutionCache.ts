import { bytesToHex, withEncoding } from '@ply/bytes'
import { sha256 } from '@ply/crypto'
import { computeWtxid, type Transaction } from '@ply/primitives'

const DEFAULT_LIMIT = 100_000
/** Bytes of memory that an entry takes, measured: a text of 64 characters in a set. */
const ENTRY_BYTES = 160

/**
 * Transactions whose scripts all passed, and under which flags: the mempool notes them, and a block that holds one need
 * not run its scripts again. Who knows the wtxid knows every script and signature, for it commits to the outputs spent
 * as well. Holds at most `limit` entries; the older half goes when it is full.
 */
export class ScriptExecutionCache {
  readonly #salt: Uint8Array
  readonly #generation: number
  #young = new Set<string>()
  #old = new Set<string>()

  /** `salt`: 32 bytes that nobody else knows, so that nobody can prepare entries that collide. */
  constructor(salt: Uint8Array, limit = DEFAULT_LIMIT) {
    this.#salt = salt
    this.#generation = Math.max(1, limit >> 1)
  }

  /** How many entries fit in so many bytes: always a few. */
  static entriesIn(bytes: number): number {
    return Math.max(2, Math.floor(bytes / ENTRY_BYTES))
  }

  get size(): number {
    return this.#young.size + this.#old.size
  }

  /** True if all scripts of `tx` are known to pass under exactly these flags. */
  has(tx: Transaction, flags: number): boolean {
    if (this.size === 0) return false
    const key = this.#key(tx, flags)
    return this.#young.has(key) || this.#old.has(key)
  }

  /** To be called only after every script of `tx` passed under `flags`, signatures included. */
  add(tx: Transaction, flags: number): void {
    if (this.#young.size >= this.#generation) {
      this.#old = this.#young
      this.#young = new Set()
    }
    const key = this.#key(tx, flags)
    if (!this.#old.has(key)) this.#young.add(key)
  }

  #key(tx: Transaction, flags: number): string {
    const wtxid = computeWtxid(tx)
    return bytesToHex(withEncoding((writer) => void writer.bytes(this.#salt).bytes(wtxid).u32(flags), sha256))
  }
}
