import { afterAll, beforeAll, expect, test } from 'vitest'
import { SnapshotFixture } from '../snapshotFixture.ts'
import { SnapshotCrash } from './snapshotCrash.ts'

let fixture: SnapshotFixture
beforeAll(async () => {
  fixture = await SnapshotFixture.create({ height: 112, above: 60, time: 1_700_000_000_000 })
})
afterAll(() => fixture.remove())

test.each([1, 2, 3])(
  'wherever a process dies that checks a snapshot, nothing is lost or taken as checked (seed %i)',
  async (seed) => {
    const crash = await SnapshotCrash.start(fixture, seed)
    try {
      for (let steps = 0; !crash.isProven; steps++) {
        expect(steps).toBeLessThan(500)
        await crash.step()
      }
      expect(crash.tally.size).toBe(5)
      await crash.check()
    } finally {
      await crash.stop()
    }
  },
)
