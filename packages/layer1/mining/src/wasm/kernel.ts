import {
  BLOCK_EMPTY,
  branchIf,
  CompressionWriter,
  createModuleBytes,
  END,
  get,
  I32,
  I32_ADD,
  I32_LT_U,
  i32Const,
  IF,
  type Lanes,
  LOOP,
  RETURN,
  set,
  tee,
} from '@ply/crypto/wasm'
import { HASH_BLOCK, HEADER_BLOCK, MIDSTATE, type NonceBlock, TARGET } from './kernelLayout.ts'

// Parameters and locals of the kernel's function.
const FIRST_NONCE = 0
const GROUPS = 1
const GROUP = 2
const NONCES = 3
const STATE = 4
const SCHEDULE = STATE + 8
const SCRATCH = SCHEDULE + 16
const LOCALS_END = SCRATCH + 3

/** All rounds of one block that depend on the nonce. */
function compress(writer: CompressionWriter, block: NonceBlock): void {
  writer.state.forEach((local, i) => {
    writer.emit(writer.load(block.state + i), set(local))
  })
  writer.compress(block)
}

/**
 * A module whose `run(firstNonce, groups)` hashes as many groups of nonces, one nonce per lane, and returns how many
 * groups it passed before one in which the most significant bytes of a hash are not above the target's.
 */
export function createKernelModule(lanes: Lanes): Uint8Array<ArrayBuffer> {
  const writer = new CompressionWriter(lanes, { state: STATE, schedule: SCHEDULE, scratch: SCRATCH })
  writer.emit(get(FIRST_NONCE), lanes.countUp, set(NONCES), [LOOP, BLOCK_EMPTY])
  writer.emit(lanes.swapBytes(NONCES), set(SCHEDULE + 3))
  compress(writer, HEADER_BLOCK)
  writer.state.forEach((local, i) => {
    writer.emit(get(local), writer.load(MIDSTATE + i), lanes.add, set(SCHEDULE + i))
  })
  compress(writer, HASH_BLOCK)
  writer.emit(get(writer.state[4]!), writer.load(HASH_BLOCK.state + 7), lanes.add, set(SCRATCH))
  writer.emit(lanes.swapBytes(SCRATCH), writer.load(TARGET), lanes.anyNotAbove)
  writer.emit([IF, BLOCK_EMPTY], get(GROUP), [RETURN, END])
  // As many further nonces as there are lanes.
  writer.emit(get(FIRST_NONCE), i32Const(lanes.count), [I32_ADD], tee(FIRST_NONCE), lanes.countUp, set(NONCES))
  writer.emit(get(GROUP), i32Const(1), [I32_ADD], tee(GROUP), get(GROUPS), [I32_LT_U], branchIf(0), [END], get(GROUP))
  const values = Array.from({ length: LOCALS_END - NONCES }, () => lanes.valueType)
  return createModuleBytes({ parameters: 2, locals: [I32, ...values], body: writer.code })
}
