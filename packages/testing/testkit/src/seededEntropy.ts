import type { Entropy } from '@ply/ports'
import { createRandom } from './random.ts'

/** Entropy that repeats itself for a seed. Never outside tests. */
export class SeededEntropy implements Entropy {
  readonly #random
  constructor(seed: number) {
    this.#random = createRandom(seed)
  }
  bytes(length: number): Uint8Array {
    return this.#random.bytes(length)
  }
}
