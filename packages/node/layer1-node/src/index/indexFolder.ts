import { existsSync } from 'node:fs'
import { mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Where the database of an index lies in its `folder`: in `db`. Indexes of before lay in the folder itself: they are moved
 * there, also if a crash came between the steps.
 */
export async function databaseFolder(folder: string): Promise<string> {
  const database = join(folder, 'db')
  const aside = `${folder}.moving`
  if (existsSync(join(folder, 'CURRENT'))) await rename(folder, aside)
  if (existsSync(aside)) {
    await mkdir(folder, { recursive: true })
    await rename(aside, database)
  }
  return database
}
