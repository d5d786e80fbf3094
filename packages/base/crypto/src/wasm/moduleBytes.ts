// Just enough of WebAssembly's binary format to write a module with one memory and one function.

/** Bytes of code or of a part of a module. */
export type Bytes = readonly number[]

/** LEB128 of an unsigned number below 2³². */
export function unsigned(value: number): Bytes {
  const bytes: number[] = []
  let rest = value
  do {
    const low = rest & 0x7f
    rest >>>= 7
    bytes.push(rest === 0 ? low : low | 0x80)
  } while (rest !== 0)
  return bytes
}

/** LEB128 of a signed 32-bit number. */
export function signed(value: number): Bytes {
  const bytes: number[] = []
  let rest = value | 0
  for (;;) {
    const low = rest & 0x7f
    rest >>= 7
    if ((rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)) return [...bytes, low]
    bytes.push(low | 0x80)
  }
}

export const I32 = 0x7f
export const V128 = 0x7b

const section = (id: number, content: Bytes): Bytes => [id, ...unsigned(content.length), ...content]
const vector = (items: readonly Bytes[]): Bytes => [...unsigned(items.length), ...items.flat()]
const name = (text: string): Bytes => vector([...text].map((letter) => [letter.charCodeAt(0)]))

export interface ModuleParts {
  /** How many 32-bit parameters the function takes; its result is one more. */
  readonly parameters: number
  /** Types of its locals, which are numbered on from the parameters. */
  readonly locals: Bytes
  /** Its code, without the closing `end`. */
  readonly body: readonly number[]
}

/** A module that exports `memory` (one page of 64 KiB) and `run`. */
export function createModuleBytes({ parameters, locals, body }: ModuleParts): Uint8Array<ArrayBuffer> {
  const type = [0x60, ...vector(Array.from({ length: parameters }, () => [I32])), ...vector([[I32]])]
  const declared = vector(locals.map((local) => [1, local]))
  const size = unsigned(declared.length + body.length + 1)
  const code = [1, ...size, ...declared]
  const head = [
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector([type])),
    ...section(3, vector([[0]])),
    ...section(5, vector([[0, 1]])),
    ...section(7, vector([[...name('memory'), 2, 0], [...name('run'), 0, 0]])), // prettier-ignore
    ...[10, ...unsigned(code.length + body.length + 1), ...code],
  ]
  const bytes = new Uint8Array(head.length + body.length + 1)
  bytes.set(head)
  bytes.set(body, head.length)
  bytes[bytes.length - 1] = END
  return bytes
}

// Instructions that need no lanes.
export const END = 0x0b
export const RETURN = 0x0f
export const IF = 0x04
export const LOOP = 0x03
export const BLOCK_EMPTY = 0x40
export const I32_ADD = 0x6a
export const I32_LT_U = 0x49
export const branchIf = (depth: number): Bytes => [0x0d, depth]
export const get = (local: number): Bytes => [0x20, ...unsigned(local)]
export const set = (local: number): Bytes => [0x21, ...unsigned(local)]
export const tee = (local: number): Bytes => [0x22, ...unsigned(local)]
export const i32Const = (value: number): Bytes => [0x41, ...signed(value)]
