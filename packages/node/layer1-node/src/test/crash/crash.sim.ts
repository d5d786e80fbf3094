import { test } from 'vitest'
import { CrashSimulation } from './crashSimulation.ts'

const seed = Number(process.env['PLY_SEED'] ?? Date.now() % 1_000_000)
const steps = Number(process.env['PLY_STEPS'] ?? 2000)

test(`a chain whose process dies: PLY_SEED=${seed} PLY_STEPS=${steps}`, { timeout: 3_600_000 }, async () => {
  const simulation = await CrashSimulation.start(seed)
  try {
    for (let i = 0; i < steps; i++) await simulation.step()
    console.log(`seed ${seed}: height ${simulation.height}`, Object.fromEntries(simulation.tally))
  } finally {
    await simulation.stop()
  }
})
