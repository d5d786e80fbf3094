import { expect, test } from 'vitest'
import { Simulation } from './simulation.ts'

const SEED = 1
const STEPS = 320

test(`${STEPS} steps of blocks, reorgs, double spends and restarts (seed ${SEED})`, async () => {
  const simulation = await Simulation.start(SEED)
  for (let i = 0; i < STEPS; i++) await simulation.step()
  const { tally } = simulation
  for (const what of ['reorg', 'mine', 'fork', 'double spend', 'restart', 'power cut', 'invalidate', 'bad-cb-amount']) {
    expect([what, tally.get(what) ?? 0]).toEqual([what, expect.any(Number)])
    expect(tally.get(what) ?? 0, what).toBeGreaterThan(5)
  }
  expect(simulation.height).toBeGreaterThan(200)
})
