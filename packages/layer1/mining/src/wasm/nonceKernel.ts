import {
  compressRounds,
  INITIAL_STATE,
  instantiate,
  type KernelExports,
  type Lanes,
  ROUND_CONSTANTS,
  SCALAR_LANES,
  scheduleWord,
  VECTOR_LANES,
} from '@ply/crypto/wasm'
import { createKernelModule } from './kernel.ts'
import { HASH_BLOCK, HEADER_BLOCK, MIDSTATE, type NonceBlock, TARGET, VALUES } from './kernelLayout.ts'

/** Eight words: the state after 64 bytes of a header, and the sixteen words that follow, the nonce's aside. */
export interface HeaderWords {
  readonly midstate: Readonly<Int32Array>
  readonly tail: Readonly<Int32Array>
}

/** SHA-256 twice over many headers that differ in their nonce, in WebAssembly that is written when first needed. */
export class NonceKernel {
  /** Nonces hashed side by side. */
  readonly lanes: number
  readonly #values: Int32Array
  readonly #run: (firstNonce: number, groups: number) => number

  constructor(lanes: Lanes, { memory, run }: KernelExports) {
    this.lanes = lanes.count
    this.#values = new Int32Array(memory.buffer, 0, VALUES * lanes.count)
    this.#run = run
    this.#setWords(HASH_BLOCK.state, INITIAL_STATE)
    const padding = new Int32Array(64)
    padding[8] = 0x80000000 | 0
    padding[15] = 32 * 8
    this.#setSchedule(HASH_BLOCK, padding)
  }

  #setWords(slot: number, words: Readonly<Int32Array>): void {
    const { lanes } = this
    words.forEach((word, i) => this.#values.fill(word, (slot + i) * lanes, (slot + i + 1) * lanes))
  }

  /** `words` begins with the block's sixteen, zero where they depend on the nonce. */
  #setSchedule({ uniform, constants, partialWords }: NonceBlock, words: Int32Array): void {
    const sums = new Int32Array(64)
    for (let i = 16; i < 64; i++) {
      // Words that depend on the nonce stay zero here, and so add nothing to what others take from them.
      sums[i] = scheduleWord(words, i)
      words[i] = uniform[i] ? sums[i]! : 0
    }
    this.#setWords(partialWords, sums)
    this.#setWords(
      constants,
      ROUND_CONSTANTS.map((constant, i) => constant + words[i]!),
    )
  }

  /** Sets the header, and the four most significant bytes of the target. */
  setHeader({ midstate, tail }: HeaderWords, targetTop: number): void {
    const words = new Int32Array(64)
    words.set(tail)
    words[3] = 0
    const state = Int32Array.from(midstate)
    compressRounds(state, words, { from: 0, to: HEADER_BLOCK.firstRound })
    this.#setWords(HEADER_BLOCK.state, state)
    this.#setWords(MIDSTATE, midstate)
    this.#setWords(TARGET, Int32Array.of(targetTop))
    this.#setSchedule(HEADER_BLOCK, words)
  }

  /**
   * Hashes `groups` groups of {@link lanes} nonces each. Returns the number of groups before the first in which a hash
   * may meet the target: `groups` if there is none.
   */
  search(firstNonce: number, groups: number): number {
    return this.#run(firstNonce | 0, groups)
  }
}

/** The fastest kernel that the engine runs, undefined if it runs none. */
export function createNonceKernel(allLanes: readonly Lanes[] = [VECTOR_LANES, SCALAR_LANES]): NonceKernel | undefined {
  for (const lanes of allLanes) {
    const exports = instantiate(createKernelModule(lanes))
    if (exports) return new NonceKernel(lanes, exports)
  }
  return undefined
}
