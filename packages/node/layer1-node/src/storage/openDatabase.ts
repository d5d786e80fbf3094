import { rm } from 'node:fs/promises'
import type { Logger, Store } from '@ply/ports'
import { openLevelStore } from '@ply/storage'

/** Opens the database in `folder`, or a new one if there is none; `wipe`: without what it holds. */
export async function openDatabase(
  folder: string,
  { logger, wipe = false }: { readonly logger: Logger; readonly wipe?: boolean },
): Promise<Store> {
  if (wipe) {
    logger.log('info', `Wiping LevelDB in ${folder}`)
    await rm(folder, { recursive: true, force: true })
  }
  logger.log('info', `Opening LevelDB in ${folder}`)
  const store = await openLevelStore(folder)
  logger.log('info', 'Opened LevelDB successfully')
  return store
}
