export { DEFAULT_LEVEL_OPTIONS, openLevelStore, type LevelOptions } from './levelStore.ts'
export {
  openBlobFiles,
  type BlobFiles,
  type RecordsScope,
  type RecordsStart,
  type StoredRecord,
  type BlobFilesOptions,
} from './blobFiles.ts'
export { ForeignFileError } from './wholeRecords.ts'
export { DatabaseError } from './databaseError.ts'
export { lockFolder, ReadOnlyFolderError, takeLock } from './folderLock.ts'
export { LockError } from './lockError.ts'
export { createObfuscation, NO_OBFUSCATION, OBFUSCATION_KEY_SIZE, type Obfuscation } from './obfuscation.ts'
export { readRecords } from './scanRecords.ts'
export { checkTables } from './tableChecksum.ts'
