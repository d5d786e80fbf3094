import type { Lanes } from './lanes.ts'
import { type Bytes, get, set, tee } from './moduleBytes.ts'

/** One block of sixteen words to compress, and where in memory (as {@link CompressionWriter.load} counts) its numbers lie. */
export interface BlockLayout {
  /** By round: whether its word is already part of the round's constant. False for all 64 of a block of unknown words. */
  readonly uniform: readonly boolean[]
  /** Rounds before the first are done elsewhere, those from the end on not needed. */
  readonly firstRound: number
  readonly endRound: number
  /** By round: its constant, with its word where that is uniform. */
  readonly constants: number
  /** By round: what uniform words add to its word; without uniform words there is nothing to add. */
  readonly partialWords?: number
}

/** Which local of the function holds what. */
export interface CompressionLocals {
  /** Eight that hold the state. */
  readonly state: number
  /** Sixteen that hold the last words. */
  readonly schedule: number
  /** Three more. */
  readonly scratch: number
}

/** Writes the code of SHA-256 (FIPS 180-4), unrolled, for one kind of lanes. */
export class CompressionWriter {
  readonly code: number[] = []
  readonly lanes: Lanes
  readonly #locals: CompressionLocals
  /** Which local holds a, b, … h: a round renames instead of moving. */
  #state: readonly number[]
  #xors: readonly [number, number]

  constructor(lanes: Lanes, locals: CompressionLocals) {
    this.lanes = lanes
    this.#locals = locals
    this.#state = Array.from({ length: 8 }, (_, i) => locals.state + i)
    this.#xors = [locals.scratch + 1, locals.scratch + 2]
  }

  /** The locals that hold a, b, … h now. */
  get state(): readonly number[] {
    return this.#state
  }

  emit(...parts: readonly Bytes[]): void {
    for (const part of parts) for (const byte of part) this.code.push(byte)
  }

  /** Pushes the `slot`-th of the values that memory begins with. */
  load(slot: number): Bytes {
    return this.lanes.load(slot * 4 * this.lanes.count)
  }

  /** The rounds of a block whose words lie in the schedule's locals, over the state in the state's locals. */
  compress(block: BlockLayout): void {
    const { firstRound, endRound } = block
    this.emit(get(this.#state[1]!), get(this.#state[2]!), this.lanes.xor, set(this.#xors[1]))
    for (let i = firstRound; i < endRound; i++) {
      this.#extendSchedule(i, block)
      // What becomes a now is d, and so part of a later e, only four rounds on.
      this.#round(i, block, endRound === 64 || i < endRound - 4)
    }
  }

  /** Pushes the exclusive or of three rotations; the last a shift if so said. */
  #sigma(local: number, rotations: readonly [number, number, number], shifts = false): void {
    const { rotateRight, shiftRight, xor } = this.lanes
    const [first, second, third] = rotations
    this.emit(rotateRight(local, first), rotateRight(local, second), xor)
    this.emit(shifts ? shiftRight(local, third) : rotateRight(local, third), xor)
  }

  /** Makes the word of round `i` from those before; nothing where it is uniform. */
  #extendSchedule(i: number, { uniform, partialWords }: BlockLayout): void {
    if (i < 16 || uniform[i]) return
    const { add } = this.lanes
    const word = (back: number): number => this.#locals.schedule + ((i - back) & 15)
    const terms = [16, 15, 7, 2].filter((back) => !uniform[i - back])
    const startsWithSum = terms.length < 4 && partialWords !== undefined
    if (startsWithSum) this.emit(this.load(partialWords + i))
    terms.forEach((back, n) => {
      if (back === 15) this.#sigma(word(back), [7, 18, 3], true)
      else if (back === 2) this.#sigma(word(back), [17, 19, 10], true)
      else this.emit(get(word(back)))
      if (n > 0 || startsWithSum) this.emit(add)
    })
    this.emit(set(word(0)))
  }

  #round(i: number, { uniform, constants }: BlockLayout, needsA: boolean): void {
    const { add, and, xor } = this.lanes
    const { schedule, scratch: sum } = this.#locals
    const [a, b, c, d, e, f, g, h] = this.#state as [number, number, number, number, number, number, number, number]
    this.emit(get(h), this.load(constants + i), add)
    if (!uniform[i]) this.emit(get(schedule + (i & 15)), add)
    this.emit(get(f), get(g), xor, get(e), and, get(g), xor, add)
    this.#sigma(e, [6, 11, 25])
    this.emit(add, set(sum))
    this.emit(get(d), get(sum), add, set(d))
    if (needsA) {
      const [ab, bc] = this.#xors
      this.#sigma(a, [2, 13, 22])
      this.emit(get(sum), add)
      this.emit(get(a), get(b), xor, tee(ab), get(bc), and, get(b), xor, add, set(h))
      this.#xors = [bc, ab]
    }
    this.#state = [h, a, b, c, d, e, f, g]
  }
}
