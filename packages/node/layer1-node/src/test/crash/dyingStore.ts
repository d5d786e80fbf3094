import type { Store, StoreOp } from '@ply/ports'
import { MemoryStore } from '@ply/testkit'

/** What a store says once its process is dead. */
export class DeadError extends Error {
  override readonly name = 'DeadError'
}

/** A store of a process that may die at any batch: what was written before stays, and nothing comes after it. */
export class DyingStore extends MemoryStore implements Store {
  #batchesLeft = Infinity

  /** Dies instead of writing the batch after `batches` others. */
  dieAfter(batches: number): void {
    this.#batchesLeft = batches
  }

  /** Another process opens it. */
  revive(): void {
    this.#batchesLeft = Infinity
  }

  override batch(ops: Iterable<StoreOp>): Promise<void> {
    if (this.#batchesLeft === 0) return Promise.reject(new DeadError())
    this.#batchesLeft--
    return super.batch(ops)
  }
}
