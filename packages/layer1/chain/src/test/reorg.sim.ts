import { test } from 'vitest'
import { Simulation } from './simulation.ts'

const seed = Number(process.env['PLY_SEED'] ?? Date.now() % 1_000_000)
const steps = Number(process.env['PLY_STEPS'] ?? 3000)

test(`reorg simulation: PLY_SEED=${seed} PLY_STEPS=${steps}`, { timeout: 3_600_000 }, async () => {
  const simulation = await Simulation.start(seed)
  for (let i = 0; i < steps; i++) await simulation.step()
  console.log(`seed ${seed}: height ${simulation.height}`, Object.fromEntries(simulation.tally))
})
