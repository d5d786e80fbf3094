import { mkdir, rm } from 'node:fs/promises'
import { LockError } from './lockError.ts'
import { openLevelStore } from './levelStore.ts'

/** Nothing can be written where a lock was to be. The message is Bitcoin Core's. */
export class ReadOnlyFolderError extends Error {
  override readonly name = 'ReadOnlyFolderError'
  constructor(folder: string) {
    super(`Cannot write to directory '${folder}'; check permissions.`)
  }
}

/**
 * Takes the lock at `path`, which nobody else has until what is returned is called or the process ends, however it ends:
 * a store there is LevelDB's way to ask the system for such a lock. Rejects with {@link LockError} while another process
 * has it.
 */
export async function takeLock(path: string): Promise<() => Promise<void>> {
  const store = await openLevelStore(path)
  return async () => {
    // In this order nobody else's lock can be swept away.
    await rm(path, { recursive: true, force: true }).catch(() => undefined)
    await store.close()
  }
}

/** Takes the lock `.lock` in `folder`, which is made if need be. Errors name the folder. */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  try {
    await mkdir(folder, { recursive: true })
    return await takeLock(`${folder}/.lock`)
  } catch (error) {
    throw error instanceof LockError ? new LockError(folder) : new ReadOnlyFolderError(folder)
  }
}
