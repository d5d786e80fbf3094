import type { Store, StoreOp } from '@ply/ports'
import { MemoryStore } from '@ply/testkit'

/** What a store says once its process is dead. */
export class DeadError extends Error {
  override readonly name = 'DeadError'
}

/** The life of a process: how many batches it still writes, to whatever store. */
export class Life {
  #batchesLeft = Infinity

  /** Dies instead of writing the batch after `batches` others. */
  dieAfter(batches: number): void {
    this.#batchesLeft = batches
  }

  /** Another process opens it. */
  revive(): void {
    this.#batchesLeft = Infinity
  }

  /** Throws once there is none left. */
  spend(): void {
    if (this.#batchesLeft === 0) throw new DeadError()
    this.#batchesLeft--
  }
}

/** A store of a process that may die at any batch: what was written before stays, and nothing comes after it. */
export class DyingStore extends MemoryStore implements Store {
  readonly #life: Life

  constructor(life: Life) {
    super()
    this.#life = life
  }

  override async batch(ops: Iterable<StoreOp>): Promise<void> {
    this.#life.spend()
    await super.batch(ops)
  }
}
