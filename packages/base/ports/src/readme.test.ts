import { expect, test } from 'vitest'
import type { Clock, Store } from '@ply/ports'

async function remember(store: Store, clock: Clock): Promise<number> {
  const key = Uint8Array.of(1)
  const value = new Uint8Array(new Float64Array([clock.now()]).buffer)
  await store.batch([{ type: 'put', key, value }], { sync: true })
  const stored = await store.get(key)
  return stored ? stored.length : 0
}

test("the README's example", async () => {
  const entries = new Map<string, Uint8Array>()
  const store: Store = {
    get: (key) => Promise.resolve(entries.get(String(key))),
    getMany: (keys) => Promise.resolve(keys.map((key) => entries.get(String(key)))),
    batch(ops) {
      for (const op of ops) if (op.type === 'put') entries.set(String(op.key), op.value)
      return Promise.resolve()
    },
    async *iterate() {
      await Promise.resolve()
      for (const value of entries.values()) yield [value, value] as const
    },
    close: () => Promise.resolve(),
  }
  const clock: Clock = { now: () => 1, schedule: () => () => undefined }
  expect(await remember(store, clock)).toBe(8)
})
