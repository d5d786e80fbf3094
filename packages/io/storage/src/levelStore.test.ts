import { mkdtemp, open, readdir, rm, stat, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { compareBytes } from '@ply/bytes'
import type { Store, StoreOp, StoreRange } from '@ply/ports'
import { createRandom, MemoryStore } from '@ply/testkit'
import { openLevelStore } from './levelStore.ts'
import { checkTables } from './tableChecksum.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ply-level-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function collect(store: Store, range: StoreRange): Promise<(readonly [Uint8Array, Uint8Array])[]> {
  const entries = []
  for await (const [key, value] of store.iterate(range)) entries.push([key, value] as const)
  return entries
}

test('answers as the store in memory does, over random batches and ranges, and again after reopening', async () => {
  const random = createRandom(7)
  let level = await openLevelStore(folder)
  const model = new MemoryStore()
  for (let round = 0; round < 30; round++) {
    const ops = Array.from({ length: 20 }, (): StoreOp => {
      const key = random.bytes(1 + random.below(3))
      return random.chance(0.3) ? { type: 'del', key } : { type: 'put', key, value: random.bytes(random.below(40)) }
    })
    await level.batch(ops, { sync: round % 10 === 0 })
    await model.batch(ops)
    if (round % 7 === 6) {
      await level.close()
      level = await openLevelStore(folder)
    }
    const [a, b] = [random.bytes(2), random.bytes(1)].sort(compareBytes) as [Uint8Array, Uint8Array]
    for (const range of [{}, { gte: a, lt: b }, { gte: a, limit: 3 }, { lt: b, reverse: true, limit: 4 }]) {
      expect(await collect(level, range)).toEqual(await collect(model, range))
    }
    const keys = Array.from({ length: 10 }, () => random.bytes(1 + random.below(2)))
    const values = await level.getMany(keys)
    expect(values).toEqual(await model.getMany(keys))
    expect(await level.getMany(keys.slice(0, 2))).toEqual(values.slice(0, 2))
  }
  await level.close()
})

test('a second opening is refused with a clear error', async () => {
  const store = await openLevelStore(folder)
  await expect(openLevelStore(folder)).rejects.toThrow(`Cannot obtain a lock on directory ${folder}`)
  await store.close()
})

/** Writes some keys, and reopens so that they lie in a table. */
async function fill(): Promise<void> {
  for (const round of [0, 1]) {
    const store = await openLevelStore(folder)
    const ops = Array.from({ length: 50 }, (_, i): StoreOp => {
      return { type: 'put', key: Uint8Array.of(round, i), value: new Uint8Array(20).fill(i) }
    })
    await store.batch(ops)
    await store.close()
  }
}

async function damage(name: RegExp): Promise<void> {
  const found = (await readdir(folder)).filter((each) => name.test(each))
  expect(found).not.toEqual([])
  for (const each of found) {
    const handle = await open(join(folder, each), 'r+')
    await handle.write('1'.repeat(200), 150)
    await handle.close()
  }
}

test.each([
  ['a log', /\.log$/, /^Fatal LevelDB error: Corruption: /],
  ['a log that was empty', /\.log$/, /^Fatal LevelDB error: Corruption: data behind the end/, 0],
  ['the name of the manifest', /^CURRENT$/, /^Fatal LevelDB error: Corruption: CURRENT/],
])('where %s is damaged, it is not passed over', async (_, name, words, size?: number) => {
  await fill()
  if (size !== undefined)
    await truncate(
      join(
        folder,
        (await readdir(folder)).find((each) => name.test(each))!,
      ),
      size,
    )
  await damage(name)
  await expect(openLevelStore(folder)).rejects.toThrow(words)
})

test('a damaged table is found before it is opened', async () => {
  await fill()
  await expect(checkTables(folder)).resolves.toBeUndefined()
  await damage(/\.ldb$/)
  await expect(checkTables(folder)).rejects.toThrow('Fatal LevelDB error: Corruption: block checksum mismatch')
})

test('a table may begin with a block of any length', async () => {
  for (let round = 0; round < 2; round++) {
    const store = await openLevelStore(folder)
    await store.batch([{ type: 'put', key: Uint8Array.of(1), value: createRandom(1).bytes(200_000) }])
    await store.close()
  }
  expect((await readdir(folder)).some((name) => name.endsWith('.ldb'))).toBe(true)
  await expect(checkTables(folder)).resolves.toBeUndefined()
})

test('a missing manifest is told as LevelDB tells it', async () => {
  await fill()
  for (const name of await readdir(folder)) if (name.startsWith('MANIFEST')) await rm(join(folder, name))
  await expect(openLevelStore(folder)).rejects.toThrow(
    'Fatal LevelDB error: Corruption: CURRENT points to a non-existent file',
  )
})

test('the unfinished end of a log is what a crash leaves, and no damage', async () => {
  await fill()
  const log = (await readdir(folder)).find((name) => name.endsWith('.log'))!
  const { size } = await stat(join(folder, log))
  await truncate(join(folder, log), size - 7)
  const store = await openLevelStore(folder)
  expect(await store.get(Uint8Array.of(0, 1))).toBeDefined()
  await store.close()
})
