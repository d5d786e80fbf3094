import { expect, test } from 'vitest'
import { availableProviders, compareProviders } from './providerAgreement.ts'

test('every provider judges the same spends alike, good and spoilt', () => {
  const providers = availableProviders()
  expect(providers.length).toBeGreaterThan(1)
  const { judged, valid, disagreements } = compareProviders(providers, 300, 1)
  expect(disagreements).toEqual([])
  expect(judged).toBe(300)
  expect(valid).toBeGreaterThan(100)
  expect(valid).toBeLessThan(250)
})
