import { randomBytes } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Replaces a file as a whole: a reader, or a crash, sees the old content or the new, never a part. `temporary` is where
 * it grows, a place of its own unless there is only one writer.
 */
export async function writeFileAtomic(
  path: string,
  content: string | Uint8Array,
  mode = 0o644,
  temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`,
): Promise<void> {
  try {
    const handle = await open(temporary, 'w', mode)
    try {
      await handle.writeFile(content)
      await handle.datasync()
    } finally {
      await handle.close()
    }
    await rename(temporary, path)
    await syncFolder(dirname(path))
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

/** Puts the new name on disk too, so that a power cut does not bring the old content back. */
async function syncFolder(folder: string): Promise<void> {
  // Not every system lets a folder be opened or synced: there, nothing more can be done.
  const handle = await open(folder, 'r').catch(() => undefined)
  await handle?.sync().catch(() => undefined)
  await handle?.close()
}
