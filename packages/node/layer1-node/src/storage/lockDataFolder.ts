import { lockFolder } from '@ply/storage'
import type { DataFolder } from './dataFolder.ts'

/**
 * Takes the folder of a network and that of its blocks, which may lie elsewhere, until what is returned is called. Rejects
 * with `LockError` if another process has one, with `ReadOnlyFolderError` if nothing can be written there.
 */
export async function lockDataFolder({ root, blocks }: DataFolder): Promise<() => Promise<void>> {
  const unlockRoot = await lockFolder(root)
  try {
    const unlockBlocks = await lockFolder(blocks)
    return async () => {
      await unlockBlocks()
      await unlockRoot()
    }
  } catch (error) {
    await unlockRoot()
    throw error
  }
}
