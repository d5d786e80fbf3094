import { rm } from 'node:fs/promises'
import type { Logger, Store } from '@ply/ports'
import { DatabaseError, openLevelStore } from '@ply/storage'

/** Entries of one look: more than lie in the smallest unit that is read. */
const LOOK_AT = 100

export interface DatabaseOptions {
  readonly logger: Logger
  /** Without what it holds. */
  readonly wipe?: boolean
  /** Read its first entries: LevelDB opens a database without a look into its tables, however damaged they are. */
  readonly look?: boolean
}

async function lookAt(store: Store): Promise<void> {
  try {
    for await (const _ of store.iterate({ limit: LOOK_AT })) continue
  } catch (error) {
    await store.close()
    throw error instanceof Error ? new DatabaseError(error.message, { cause: error }) : error
  }
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
  const store = await openLevelStore(folder)
  if (look) await lookAt(store)
  logger.log('info', 'Opened LevelDB successfully')
  return store
}
