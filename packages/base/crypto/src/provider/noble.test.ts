import { expect, test } from 'vitest'
import { createRandom } from '@ply/testkit'
import { hasVectors, missingReason, readVectorText } from '@ply/vectors'
import { nobleProvider } from './noble.ts'
import { providerContract } from './contract.ts'

const random = createRandom(340)
const bip340Csv = hasVectors ? readVectorText('bips/bip-0340/test-vectors.csv') : undefined
const cases = providerContract({ random: (length) => random.bytes(length), rounds: 5, ...(bip340Csv && { bip340Csv }) })

test.each(cases.map((one) => [one.name, one] as const))('noble: %s', (_name, one) => {
  expect(() => {
    one.run(nobleProvider)
  }).not.toThrow()
})

test.skipIf(hasVectors)(`BIP 340 vectors: ${missingReason}`, () => undefined)

test.runIf(hasVectors)('all 19 rows of the BIP 340 vectors are among the cases', () => {
  expect(cases.filter((one) => one.name.startsWith('BIP 340 vector'))).toHaveLength(19)
})
