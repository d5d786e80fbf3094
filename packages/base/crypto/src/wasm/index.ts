// What it takes to write SHA-256 in WebAssembly for a purpose of its own.
export { CompressionWriter, type BlockLayout, type CompressionLocals } from './compressionWriter.ts'
export { instantiate, type KernelExports } from './engine.ts'
export { SCALAR_LANES, VECTOR_LANES, type Lanes } from './lanes.ts'
export * from './moduleBytes.ts'
export { compress, compressRounds, INITIAL_STATE, ROUND_CONSTANTS, scheduleWord } from './sha256Rounds.ts'
