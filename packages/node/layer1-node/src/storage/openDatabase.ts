import { rm } from 'node:fs/promises'
import type { Logger, Store } from '@ply/ports'
import { checkTables, openLevelStore } from '@ply/storage'

export interface DatabaseOptions {
  readonly logger: Logger
  /** Without what it holds. */
  readonly wipe?: boolean
  /** Look into its tables first: LevelDB opens a database however damaged they are. */
  readonly look?: boolean
}

/** Opens the database in `folder`, or a new one if there is none. Rejects with `DatabaseError` if it is damaged. */
export async function openDatabase(
  folder: string,
  { logger, wipe = false, look = false }: DatabaseOptions,
): Promise<Store> {
  if (wipe) {
    logger.log('info', `Wiping LevelDB in ${folder}`)
    await rm(folder, { recursive: true, force: true })
  }
  logger.log('info', `Opening LevelDB in ${folder}`)
  if (look) await checkTables(folder)
  const store = await openLevelStore(folder)
  logger.log('info', 'Opened LevelDB successfully')
  return store
}
