import { type BlockLayout, HASH_BLOCK, HEADER_BLOCK, MIDSTATE, TARGET } from './kernelLayout.ts'
import type { Lanes } from './lanes.ts'
import {
  BLOCK_EMPTY,
  branchIf,
  type Bytes,
  createModuleBytes,
  END,
  get,
  I32,
  I32_ADD,
  I32_LT_U,
  i32Const,
  IF,
  LOOP,
  RETURN,
  set,
  tee,
} from './moduleBytes.ts'

// Parameters and locals of the kernel's function.
const FIRST_NONCE = 0
const GROUPS = 1
const GROUP = 2
const NONCES = 3
const STATE = 4
const SCHEDULE = STATE + 8
const TEMPORARY = SCHEDULE + 16
const A_XOR_B = TEMPORARY + 1
const B_XOR_C = TEMPORARY + 2
const LOCALS_END = B_XOR_C + 1

/** Writes the code of SHA-256 for one kind of lanes. */
class KernelWriter {
  readonly code: number[] = []
  readonly #lanes: Lanes
  /** Which local holds a, b, … h: a round renames instead of moving. */
  state: readonly number[] = Array.from({ length: 8 }, (_, i) => STATE + i)
  #xors: readonly [number, number] = [A_XOR_B, B_XOR_C]

  constructor(lanes: Lanes) {
    this.#lanes = lanes
  }

  emit(...parts: readonly Bytes[]): void {
    for (const part of parts) for (const byte of part) this.code.push(byte)
  }

  /** Pushes one of the kernel's values. */
  load(slot: number): Bytes {
    return this.#lanes.load(slot * 4 * this.#lanes.count)
  }

  /** Pushes the exclusive or of three rotations; the last a shift if so said. */
  #sigma(local: number, rotations: readonly [number, number, number], shifts = false): void {
    const { rotateRight, shiftRight, xor } = this.#lanes
    const [first, second, third] = rotations
    this.emit(rotateRight(local, first), rotateRight(local, second), xor)
    this.emit(shifts ? shiftRight(local, third) : rotateRight(local, third), xor)
  }

  /** Makes the word of round `i` from those before; nothing where it is the same for every nonce. */
  #extendSchedule(i: number, { uniform, partialWords }: BlockLayout): void {
    if (i < 16 || uniform[i]) return
    const { add } = this.#lanes
    const word = (back: number): number => SCHEDULE + ((i - back) & 15)
    const terms = [16, 15, 7, 2].filter((back) => !uniform[i - back])
    if (terms.length < 4) this.emit(this.load(partialWords + i))
    terms.forEach((back, n) => {
      if (back === 15) this.#sigma(word(back), [7, 18, 3], true)
      else if (back === 2) this.#sigma(word(back), [17, 19, 10], true)
      else this.emit(get(word(back)))
      if (n > 0 || terms.length < 4) this.emit(add)
    })
    this.emit(set(word(0)))
  }

  #round(i: number, { uniform, constants }: BlockLayout, needsA: boolean): void {
    const { add, and, xor } = this.#lanes
    const [a, b, c, d, e, f, g, h] = this.state as [number, number, number, number, number, number, number, number]
    this.emit(get(h), this.load(constants + i), add)
    if (!uniform[i]) this.emit(get(SCHEDULE + (i & 15)), add)
    this.emit(get(f), get(g), xor, get(e), and, get(g), xor, add)
    this.#sigma(e, [6, 11, 25])
    this.emit(add, set(TEMPORARY))
    this.emit(get(d), get(TEMPORARY), add, set(d))
    if (needsA) {
      const [ab, bc] = this.#xors
      this.#sigma(a, [2, 13, 22])
      this.emit(get(TEMPORARY), add)
      this.emit(get(a), get(b), xor, tee(ab), get(bc), and, get(b), xor, add, set(h))
      this.#xors = [bc, ab]
    }
    this.state = [h, a, b, c, d, e, f, g]
  }

  /** All rounds of one block that depend on the nonce. */
  compress(block: BlockLayout): void {
    const { firstRound, endRound, state } = block
    this.state.forEach((local, i) => {
      this.emit(this.load(state + i), set(local))
    })
    this.emit(get(this.state[1]!), get(this.state[2]!), this.#lanes.xor, set(this.#xors[1]))
    for (let i = firstRound; i < endRound; i++) {
      this.#extendSchedule(i, block)
      // What becomes a now is d, and so part of a later e, only four rounds on.
      this.#round(i, block, endRound === 64 || i < endRound - 4)
    }
  }
}

/**
 * A module whose `run(firstNonce, groups)` hashes as many groups of nonces, one nonce per lane, and returns how many
 * groups it passed before one in which the most significant bytes of a hash are not above the target's.
 */
export function createKernelModule(lanes: Lanes): Uint8Array<ArrayBuffer> {
  const writer = new KernelWriter(lanes)
  writer.emit(get(FIRST_NONCE), lanes.countUp, set(NONCES), [LOOP, BLOCK_EMPTY])
  writer.emit(lanes.swapBytes(NONCES), set(SCHEDULE + 3))
  writer.compress(HEADER_BLOCK)
  writer.state.forEach((local, i) => {
    writer.emit(get(local), writer.load(MIDSTATE + i), lanes.add, set(SCHEDULE + i))
  })
  writer.compress(HASH_BLOCK)
  writer.emit(get(writer.state[4]!), writer.load(HASH_BLOCK.state + 7), lanes.add, set(TEMPORARY))
  writer.emit(lanes.swapBytes(TEMPORARY), writer.load(TARGET), lanes.anyNotAbove)
  writer.emit([IF, BLOCK_EMPTY], get(GROUP), [RETURN, END])
  // As many further nonces as there are lanes.
  writer.emit(get(FIRST_NONCE), i32Const(lanes.count), [I32_ADD], tee(FIRST_NONCE), lanes.countUp, set(NONCES))
  writer.emit(get(GROUP), i32Const(1), [I32_ADD], tee(GROUP), get(GROUPS), [I32_LT_U], branchIf(0), [END], get(GROUP))
  const values = Array.from({ length: LOCALS_END - NONCES }, () => lanes.valueType)
  return createModuleBytes({ parameters: 2, locals: [I32, ...values], body: writer.code })
}
