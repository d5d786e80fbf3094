import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { databaseFolder } from './indexFolder.ts'

let root: string
let folder: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'ply-index-'))
  folder = join(root, 'index')
})
afterEach(() => rm(root, { recursive: true }))

async function makeIndexAt(path: string): Promise<void> {
  await mkdir(path, { recursive: true })
  await writeFile(join(path, 'CURRENT'), '')
}

test.each([
  ['nothing', () => Promise.resolve(), undefined],
  ['one of before', () => makeIndexAt(folder), ['CURRENT']],
  ['one that was on its way', () => makeIndexAt(`${folder}.moving`), ['CURRENT']],
  ['one in its place', () => makeIndexAt(join(folder, 'db')), ['CURRENT']],
])('where there is %s', async (_, prepare, found) => {
  await prepare()
  const database = await databaseFolder(folder)
  expect(database).toBe(join(folder, 'db'))
  expect(await readdir(database).catch(() => undefined)).toEqual(found)
  expect((await readdir(root)).filter((name) => name !== 'index')).toEqual([])
})
