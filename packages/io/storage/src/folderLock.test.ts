import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lockFolder, ReadOnlyFolderError } from './folderLock.ts'
import { LockError } from './lockError.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ply-lock-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('a folder is for one at a time, and nothing stays behind', async () => {
  const inside = join(folder, 'new')
  const unlock = await lockFolder(inside)
  await expect(lockFolder(inside)).rejects.toThrow(new LockError(inside).message)
  await unlock()
  expect(await readdir(inside)).toEqual([])
  await (
    await lockFolder(inside)
  )()
})

test('a folder that cannot be written to is named', async () => {
  const file = join(folder, 'file')
  await writeFile(file, '')
  await expect(lockFolder(file)).rejects.toThrow(new ReadOnlyFolderError(file).message)
})
