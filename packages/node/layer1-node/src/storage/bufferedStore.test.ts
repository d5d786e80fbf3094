import { expect, test } from 'vitest'
import { compareBytes } from '@ply/bytes'
import type { Store, StoreOp } from '@ply/ports'
import { createRandom, ManualClock, MemoryStore } from '@ply/testkit'
import { BufferedStore } from './bufferedStore.ts'

async function entries(store: Store): Promise<(readonly [Uint8Array, Uint8Array])[]> {
  const found = []
  for await (const [key, value] of store.iterate({})) found.push([key, value] as const)
  return found
}

test('answers as the store itself would, whatever waits', async () => {
  const random = createRandom(3)
  const clock = new ManualClock(0)
  const buffered = new BufferedStore(new MemoryStore(), clock)
  const model = new MemoryStore()
  const key = (): Uint8Array => random.bytes(1)
  for (let round = 0; round < 200; round++) {
    const ops = Array.from({ length: 5 }, (): StoreOp =>
      random.chance(0.3) ? { type: 'del', key: key() } : { type: 'put', key: key(), value: random.bytes(3) },
    )
    await buffered.batch(ops, { sync: round % 20 === 0 })
    await model.batch(ops)
    if (round % 7 === 0) clock.advance(1000)
    const keys = Array.from({ length: 5 }, key)
    expect(await buffered.getMany(keys)).toEqual(await model.getMany(keys))
    expect(await buffered.get(keys[0]!)).toEqual(await model.get(keys[0]!))
    if (round % 50 === 49) expect(await entries(buffered)).toEqual(await entries(model))
  }
})

test('a crash loses the last batches, and never one before another', async () => {
  const clock = new ManualClock(0)
  const store = new MemoryStore()
  const buffered = new BufferedStore(store, clock)
  const put = (byte: number): Promise<void> =>
    buffered.batch([{ type: 'put', key: Uint8Array.of(byte), value: Uint8Array.of(byte) }])
  await put(1)
  await put(2)
  expect(await entries(store)).toEqual([])
  clock.advance(1000)
  await buffered.get(Uint8Array.of(9))
  await put(3)
  const keys = (await entries(store)).map(([key]) => key).sort(compareBytes)
  expect(keys).toEqual([Uint8Array.of(1), Uint8Array.of(2)])
  await buffered.close()
  expect(await entries(store)).toHaveLength(3)
})

test('much is written at once, and a failure stays', async () => {
  const store = new MemoryStore()
  const buffered = new BufferedStore(store, new ManualClock(0))
  await buffered.batch([{ type: 'put', key: Uint8Array.of(1), value: new Uint8Array(5 << 20) }])
  expect(await entries(store)).toHaveLength(1)
  const failing = new MemoryStore()
  failing.batch = () => Promise.reject(new Error('disk full'))
  const broken = new BufferedStore(failing, new ManualClock(0))
  const large: StoreOp = { type: 'put', key: Uint8Array.of(1), value: new Uint8Array(5 << 20) }
  await expect(broken.batch([large])).rejects.toThrow('disk full')
  await expect(broken.batch([large])).rejects.toThrow('disk full')
  await expect(broken.close()).rejects.toThrow('disk full')
})
