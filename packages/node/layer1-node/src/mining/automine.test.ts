import { expect, test } from 'vitest'
import { ok } from '@ply/bytes'
import { Mempool } from '@ply/mempool'
import { silentLogger } from '@ply/runtime'
import { ManualClock, SeededEntropy } from '@ply/testkit'
import { Automine, drawWaitingTime } from './automine.ts'

/** The times, in milliseconds from the start, at which blocks came within `duration`. */
async function mineFor(duration: number, seed: number): Promise<number[]> {
  const clock = new ManualClock(0)
  const times: number[] = []
  const automine = new Automine({
    miner: {
      generate: () => {
        times.push(clock.now())
        return Promise.resolve(ok([]))
      },
    },
    mempool: { mempool: new Mempool(), subscribe: () => () => undefined },
    clock,
    entropy: new SeededEntropy(seed),
    logger: silentLogger,
    scriptPubKey: Uint8Array.of(0x51),
  })
  automine.set({ type: 'poisson', ms: 10_000 })
  for (let at = 0; at < duration; at += 1000) {
    clock.advance(1000)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await automine.stop()
  clock.advance(duration)
  return times
}

test('blocks come by chance, and with the same entropy at the same times', async () => {
  const times = await mineFor(600_000, 1)
  expect(times.length).toBeGreaterThan(30)
  expect(times.length).toBeLessThan(90)
  expect(await mineFor(600_000, 1)).toEqual(times)
  expect(await mineFor(600_000, 2)).not.toEqual(times)
})

test('waiting times are exponential: mean and spread are the interval, and most are shorter', () => {
  const entropy = new SeededEntropy(3)
  const drawn = Array.from({ length: 20_000 }, () => drawWaitingTime(10_000, entropy))
  const mean = drawn.reduce((sum, ms) => sum + ms, 0) / drawn.length
  const variance = drawn.reduce((sum, ms) => sum + (ms - mean) ** 2, 0) / drawn.length
  expect(Math.abs(mean / 10_000 - 1)).toBeLessThan(0.03)
  expect(Math.abs(Math.sqrt(variance) / 10_000 - 1)).toBeLessThan(0.05)
  expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0)
  expect(drawn.filter((ms) => ms < 10_000).length / drawn.length).toBeCloseTo(1 - Math.exp(-1), 1)
})
