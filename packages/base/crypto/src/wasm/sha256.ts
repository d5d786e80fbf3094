import { CompressionWriter } from './compressionWriter.ts'
import { instantiate } from './engine.ts'
import { SCALAR_LANES } from './lanes.ts'
import {
  branchIf,
  createModuleBytes,
  END,
  get,
  I32,
  I32_ADD,
  i32Const,
  I32_LT_U,
  i32Load,
  i32Store,
  LOOP,
  BLOCK_EMPTY,
  set,
  tee,
} from './moduleBytes.ts'
import { INITIAL_STATE, ROUND_CONSTANTS } from './sha256Rounds.ts'

/** SHA256 and SHA256 of SHA256. */
export interface Sha256 {
  sha256(data: Uint8Array): Uint8Array
  hash256(data: Uint8Array): Uint8Array
}

/** Bytes that fit the kernel's memory; longer data is for somebody else. */
export const MAX_WASM_SHA256_LENGTH = 4096

// Memory: the 64 constants, then from here the message, padded; at the end its hash stands in the message's place.
const MESSAGE = 256
const BLOCK = 64
const PAGE_END = MESSAGE + MAX_WASM_SHA256_LENGTH + 2 * BLOCK

// Parameters and locals.
const END_OF_MESSAGE = 0
const AT = 1
const HASH = 2
const LOCALS = { state: 10, schedule: 18, scratch: 34 }
const LOCALS_END = 37

const UNKNOWN_BLOCK = {
  uniform: new Array<boolean>(64).fill(false),
  firstRound: 0,
  endRound: 64,
  constants: 0,
}

/** A module whose `run(end, start)` hashes the padded message between two addresses. */
export function createSha256Module(): Uint8Array<ArrayBuffer> {
  const { add, swapBytes } = SCALAR_LANES
  const writer = new CompressionWriter(SCALAR_LANES, LOCALS)
  const eight = Array.from({ length: 8 }, (_, i) => i)
  for (const i of eight) writer.emit(i32Const(INITIAL_STATE[i]!), set(HASH + i))
  writer.emit([LOOP, BLOCK_EMPTY])
  for (const i of eight) writer.emit(get(HASH + i), set(LOCALS.state + i))
  for (let i = 0; i < 16; i++) {
    const word = LOCALS.schedule + i
    writer.emit(get(AT), i32Load(4 * i), set(word), swapBytes(word), set(word))
  }
  writer.compress(UNKNOWN_BLOCK)
  writer.state.forEach((local, i) => {
    writer.emit(get(HASH + i), get(local), add, set(HASH + i))
  })
  writer.emit(get(AT), i32Const(BLOCK), [I32_ADD], tee(AT), get(END_OF_MESSAGE), [I32_LT_U], branchIf(0), [END])
  for (const i of eight) writer.emit(i32Const(0), swapBytes(HASH + i), i32Store(MESSAGE + 4 * i))
  writer.emit(i32Const(0))
  const locals = Array.from({ length: LOCALS_END - HASH }, () => I32)
  return createModuleBytes({ parameters: 2, locals, body: writer.code })
}

/**
 * SHA-256 in WebAssembly: for the short messages that chains are made of, faster than JavaScript and than the way into a
 * native library. Undefined where the engine does not have it. Data longer than {@link MAX_WASM_SHA256_LENGTH} is a bug.
 */
export function createWasmSha256(): Sha256 | undefined {
  const exports = instantiate(createSha256Module())
  if (!exports) return undefined
  const { run } = exports
  const memory = new Uint8Array(exports.memory.buffer, 0, PAGE_END)
  new Int32Array(exports.memory.buffer, 0, 64).set(ROUND_CONSTANTS)

  /** Hashes a message of `length` bytes that stands in memory. */
  function hashMessage(length: number): void {
    const end = (length + 9 + BLOCK - 1) & -BLOCK
    memory[MESSAGE + length] = 0x80
    for (let at = MESSAGE + length + 1; at < MESSAGE + end - 2; at++) memory[at] = 0
    // The length in bits, of which no more than two bytes are ever in use.
    memory[MESSAGE + end - 2] = length >>> 5
    memory[MESSAGE + end - 1] = length << 3
    run(MESSAGE + end, MESSAGE)
  }

  return {
    sha256(data) {
      memory.set(data, MESSAGE)
      hashMessage(data.length)
      return memory.slice(MESSAGE, MESSAGE + 32)
    },
    hash256(data) {
      memory.set(data, MESSAGE)
      hashMessage(data.length)
      hashMessage(32)
      return memory.slice(MESSAGE, MESSAGE + 32)
    },
  }
}
