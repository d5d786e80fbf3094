import { err, ok, type Result } from '@ply/bytes'
import { BitReader } from './bitReader.ts'
import { type Instruction, readInstruction } from './instruction.ts'

/** Bits of an address; IPv4 is looked up as it is mapped into IPv6. */
const ADDRESS_BITS = 128
const MAX_PADDING = 7

/** What is wrong with a map: it ends too early, is read in two ways, or says in many words what could be said in few. */
export type AsmapViolation =
  | 'end-of-map'
  | 'jump-out-of-range'
  | 'jump-into-instruction'
  | 'intersecting-jumps'
  | 'unreachable-instruction'
  | 'beyond-address'
  | 'padding'
  | 'not-minimal'

interface Pending {
  /** Where the jump leads, and how many bits of the address are left there. */
  readonly position: number
  readonly left: number
}

/** Walks every way through a map at once: they part at jumps and end at returns, in the order of the bits. */
class Walk {
  readonly #reader: BitReader
  readonly #jumps: Pending[] = []
  #left = ADDRESS_BITS
  #previous: Instruction['type'] = 'jump'
  /** In a row of matches, one of less than eight bits was there. */
  #shortMatch = false

  constructor(map: Uint8Array) {
    this.#reader = new BitReader(map)
  }

  run(): Result<void, AsmapViolation> {
    for (;;) {
      const target = this.#jumps.at(-1)
      if (target && this.#reader.position >= target.position) return err('jump-into-instruction')
      const instruction = readInstruction(this.#reader)
      if (!instruction) return err('end-of-map')
      if (instruction.type === 'return' && !target && this.#previous !== 'default') return this.#checkPadding()
      const violation = this.#take(instruction)
      if (violation) return err(violation)
    }
  }

  #take(instruction: Instruction): AsmapViolation | undefined {
    const previous = this.#previous
    this.#previous = instruction.type
    switch (instruction.type) {
      case 'return':
        return previous === 'default' ? 'not-minimal' : this.#goToPending()
      case 'jump':
        return this.#jump(instruction.offset)
      case 'match':
        return this.#match(instruction.length, previous)
      case 'default':
        return previous === 'default' ? 'not-minimal' : undefined
    }
  }

  #goToPending(): AsmapViolation | undefined {
    const target = this.#jumps.pop()!
    if (this.#reader.position !== target.position) return 'unreachable-instruction'
    this.#left = target.left
    this.#previous = 'jump'
    return undefined
  }

  #jump(offset: number): AsmapViolation | undefined {
    if (offset > this.#reader.left) return 'jump-out-of-range'
    if (this.#left === 0) return 'beyond-address'
    const position = this.#reader.position + offset
    const outer = this.#jumps.at(-1)
    if (outer && position >= outer.position) return 'intersecting-jumps'
    this.#left--
    this.#jumps.push({ position, left: this.#left })
    return undefined
  }

  #match(length: number, previous: Instruction['type']): AsmapViolation | undefined {
    if (previous !== 'match') this.#shortMatch = false
    // All but one of a row could be whole bytes.
    if (length < 8 && this.#shortMatch) return 'not-minimal'
    this.#shortMatch = length < 8
    if (this.#left < length) return 'beyond-address'
    this.#left -= length
    return undefined
  }

  #checkPadding(): Result<void, AsmapViolation> {
    if (this.#reader.left > MAX_PADDING) return err('padding')
    for (let bit = this.#reader.bit(); bit !== undefined; bit = this.#reader.bit()) if (bit === 1) return err('padding')
    return ok(undefined)
  }
}

/** Whether a map has an answer for every address, and says it as it should be said. Memory: one entry for each bit of an address. */
export const checkAsmap = (map: Uint8Array): Result<void, AsmapViolation> => new Walk(map).run()
