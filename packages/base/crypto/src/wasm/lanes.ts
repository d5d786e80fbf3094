import { type Bytes, get, I32, I32_ADD, i32Const, unsigned, V128 } from './moduleBytes.ts'

/** 32-bit arithmetic on several words at once. What takes operands from the stack is plain code; the rest, a function. */
export interface Lanes {
  /** Words per value. */
  readonly count: number
  readonly valueType: number
  readonly add: Bytes
  readonly xor: Bytes
  readonly and: Bytes
  /** Pushes the value at a byte address. */
  load(address: number): Bytes
  /** Makes a 32-bit number on the stack the value whose lanes count up from it. */
  readonly countUp: Bytes
  /** Pushes the value of a local, its words rotated or shifted right. */
  rotateRight(local: number, bits: number): Bytes
  shiftRight(local: number, bits: number): Bytes
  /** Pushes the value of a local, the bytes of each word reversed. */
  swapBytes(local: number): Bytes
  /** Takes two values; pushes a number other than zero if in any lane the first is not above the second, unsigned. */
  readonly anyNotAbove: Bytes
}

const simd = (opcode: number): Bytes => [0xfd, ...unsigned(opcode)]
const vectorShift = (opcode: number, local: number, bits: number): Bytes => [
  ...get(local),
  ...i32Const(bits),
  ...simd(opcode),
]
const SHIFT_LEFT = 0xab
const SHIFT_RIGHT_UNSIGNED = 0xad
const LANE_NUMBERS = [0, 1, 2, 3].flatMap((lane) => [lane, 0, 0, 0])
const BYTES_REVERSED = [0, 4, 8, 12].flatMap((start) => [3, 2, 1, 0].map((byte) => start + byte))
const VECTOR_ADD = simd(0xae)

/** Four lanes: WebAssembly's fixed-width SIMD. */
export const VECTOR_LANES: Lanes = {
  count: 4,
  valueType: V128,
  add: VECTOR_ADD,
  xor: simd(0x51),
  and: simd(0x4e),
  load: (address) => [...i32Const(0), ...simd(0x00), 4, ...unsigned(address)],
  countUp: [...simd(0x11), ...simd(0x0c), ...LANE_NUMBERS, ...VECTOR_ADD],
  rotateRight: (local, bits) => [
    ...vectorShift(SHIFT_RIGHT_UNSIGNED, local, bits),
    ...vectorShift(SHIFT_LEFT, local, 32 - bits),
    ...simd(0x50),
  ],
  shiftRight: (local, bits) => vectorShift(SHIFT_RIGHT_UNSIGNED, local, bits),
  swapBytes: (local) => [...get(local), ...get(local), ...simd(0x0d), ...BYTES_REVERSED],
  anyNotAbove: [...simd(0x3e), ...simd(0x53)],
}

const I32_AND = 0x71
const I32_ROTATE_RIGHT = 0x78

/** One lane: what every engine has. */
export const SCALAR_LANES: Lanes = {
  count: 1,
  valueType: I32,
  add: [I32_ADD],
  xor: [0x73],
  and: [I32_AND],
  load: (address) => [...i32Const(0), 0x28, 2, ...unsigned(address)],
  countUp: [],
  rotateRight: (local, bits) => [...get(local), ...i32Const(bits), I32_ROTATE_RIGHT],
  shiftRight: (local, bits) => [...get(local), ...i32Const(bits), 0x76],
  swapBytes: (local) => [
    ...[...get(local), ...i32Const(24), I32_ROTATE_RIGHT, ...i32Const(0x00ff00ff), I32_AND],
    ...[...get(local), ...i32Const(8), I32_ROTATE_RIGHT, ...i32Const(0xff00ff00), I32_AND],
    0x72,
  ],
  anyNotAbove: [0x4d],
}
