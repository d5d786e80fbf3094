import { it } from 'vitest'
import { runChaos } from './chaos.ts'

// PLY_SEED and PLY_RUNS choose what is run.
const first = Number(process.env['PLY_SEED'] ?? 1)
const runs = Number(process.env['PLY_RUNS'] ?? 40)

it(`forced closes under payments cost only fees, seeds ${first} to ${first + runs - 1}`, { timeout: 3_600_000 }, () => {
  for (let seed = first; seed < first + runs; seed++) console.log(`seed ${seed}`, runChaos(seed, 150))
})
