import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeFileAtomic } from './writeFileAtomic.ts'

test('replaces a file and leaves nothing beside it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ply-atomic-'))
  const path = join(folder, '.cookie')
  await writeFileAtomic(path, 'first', 0o600)
  await writeFileAtomic(path, 'second', 0o600)
  expect(await readFile(path, 'utf8')).toBe('second')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(await readdir(folder)).toEqual(['.cookie'])
  await expect(writeFileAtomic(join(folder, 'none/file'), '')).rejects.toThrow()
  await rm(folder, { recursive: true })
})
