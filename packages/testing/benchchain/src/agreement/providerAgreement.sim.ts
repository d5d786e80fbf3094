import { expect, test } from 'vitest'
import { availableProviders, compareProviders } from './providerAgreement.ts'

test('20,000 spends are judged alike by every provider', () => {
  const providers = availableProviders()
  const seed = Number(process.env['PLY_SEED'] ?? 1)
  const { judged, valid, disagreements } = compareProviders(providers, 20_000, seed)
  console.log(`${providers.map(({ name }) => name).join(', ')}: ${judged} spends, ${valid} valid, seed ${seed}`)
  expect(disagreements).toEqual([])
  expect(judged).toBe(20_000)
})
