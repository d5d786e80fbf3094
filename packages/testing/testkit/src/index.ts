export { createRandom, type Random } from './random.ts'
export { ManualClock } from './manualClock.ts'
export { MemoryStore } from './memoryStore.ts'
export { SeededEntropy } from './seededEntropy.ts'
