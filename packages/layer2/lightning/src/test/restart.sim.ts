import { runScenario } from './scenario.ts'
import { it } from 'vitest'

// Run by hand or by `pnpm test:long`; PLY_SEED and PLY_RUNS choose what is run.
const first = Number(process.env['PLY_SEED'] ?? 1)
const runs = Number(process.env['PLY_RUNS'] ?? 60)

it(`payments survive everything, seeds ${first} to ${first + runs - 1}`, { timeout: 3_600_000 }, () => {
  for (let seed = first; seed < first + runs; seed++) {
    console.log(`seed ${seed}`, runScenario({ seed, rounds: 200 }))
  }
})
