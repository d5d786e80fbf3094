import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { compareBytes } from '@ply/bytes'
import type { Store, StoreOp, StoreRange } from '@ply/ports'
import { createRandom, MemoryStore } from '@ply/testkit'
import { openLevelStore } from './levelStore.ts'

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
