import { createRandom, mutateBytes } from '@ply/testkit'
import { expect, test } from 'vitest'
import { BlockPolicyEstimator } from './blockPolicyEstimator.ts'
import { decodeFeeEstimates, encodeFeeEstimates } from './feeEstimatesDat.ts'

const RUNS = Number(process.env['PLY_FUZZ_RUNS'] ?? 20)

test('a fee_estimates.dat of any bytes is read, or refused by name', () => {
  const random = createRandom(8)
  const seed = encodeFeeEstimates(new BlockPolicyEstimator().save())
  // Most of what can be wrong stands at the beginning.
  const head = seed.subarray(0, 40)
  for (let run = 0; run < RUNS; run++) {
    const bytes = random.chance(0.5) ? mutateBytes(random, [head]) : seed.slice()
    if (bytes.length === seed.length) bytes[random.below(random.chance(0.5) ? 40 : seed.length)] = random.below(256)
    const decoded = decodeFeeEstimates(bytes)
    if (decoded.ok) new BlockPolicyEstimator(decoded.value).estimateSmart(6)
    else expect(decoded.error.code).toMatch(/^[a-z-]+$/)
  }
})
