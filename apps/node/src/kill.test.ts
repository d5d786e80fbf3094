import { expect, test } from 'vitest'
import { runKillTest } from './test/killTest.ts'
import { runLightningKillTest } from './test/lightningKillTest.ts'

test('killed at ten random moments, plyd loses nothing that it acknowledged', () => runKillTest({ kills: 10, seed: 1 }))

test('killed in the middle of payments, plyd loses none that was settled', async () => {
  expect(await runLightningKillTest({ kills: 3, seed: 1 })).toBeGreaterThan(0)
})
