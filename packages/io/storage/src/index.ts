export { openLevelStore, type LevelOptions } from './levelStore.ts'
export { openBlobFiles, type BlobFilesOptions } from './blobFiles.ts'
export { writeFileAtomic } from './writeFileAtomic.ts'
export { LockError } from './lockError.ts'
