import { expect, test } from 'vitest'
import { CrashSimulation } from './crashSimulation.ts'

test('whatever a chain said that it holds is there after its process died, wherever that was', async () => {
  const simulation = await CrashSimulation.start(3)
  try {
    for (let i = 0; i < 100; i++) await simulation.step()
    expect(simulation.tally.size).toBe(11)
  } finally {
    await simulation.stop()
  }
})
