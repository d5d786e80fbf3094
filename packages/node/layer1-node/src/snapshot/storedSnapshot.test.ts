import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { BlockHash } from '@ply/primitives'
import { silentLogger } from '@ply/runtime'
import { readBase, writeBase } from './baseFile.ts'
import { finishReplacing, replaceChecked } from './storedSnapshot.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'ply-stored-'))
})
afterEach(() => rm(root, { recursive: true }))

const folders = () => ({ chainstate: join(root, 'chainstate'), chainstateSnapshot: join(root, 'chainstate_snapshot') })

/** Folders that each hold a file with a word in it. */
async function fill(words: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, word] of Object.entries(words)) {
    await mkdir(join(root, name))
    await writeFile(join(root, name, 'word'), word)
  }
}

async function words(): Promise<Record<string, string>> {
  const names = await readdir(root)
  const found = names.map(async (name) => [name, await readFile(join(root, name, 'word'), 'utf8')] as const)
  return Object.fromEntries(await Promise.all(found))
}

test('coins whose history was checked take the place of those that it was checked with', async () => {
  await fill({ chainstate: 'old', chainstate_snapshot: 'new' })
  await replaceChecked(folders(), silentLogger)
  expect(await words()).toEqual({ chainstate: 'new' })
})

test('whenever a process died over that, the next one ends it', async () => {
  await fill({ chainstate: 'old', chainstate_snapshot: 'new' })
  await finishReplacing(folders())
  expect(await words()).toEqual({ chainstate: 'old', chainstate_snapshot: 'new' })
  await rm(root, { recursive: true })
  await mkdir(root)
  await fill({ chainstate_todelete: 'old', chainstate_snapshot: 'new' })
  await finishReplacing(folders())
  expect(await words()).toEqual({ chainstate: 'new' })
  await fill({ chainstate_todelete: 'old' })
  await finishReplacing(folders())
  expect(await words()).toEqual({ chainstate: 'new' })
})

test('coins are complete once the block that they are as of stands beside them', async () => {
  const base = new Uint8Array(32).fill(7) as BlockHash
  expect(await readBase(root)).toBeUndefined()
  await writeBase(root, base)
  expect(await readBase(root)).toEqual(base)
  expect(await readdir(root)).toEqual(['base_blockhash'])
  await writeFile(join(root, 'base_blockhash'), base.subarray(1))
  expect(await readBase(root)).toBeUndefined()
})
