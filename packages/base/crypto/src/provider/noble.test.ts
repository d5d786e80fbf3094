import { expect, test } from 'vitest'
import { createRandom } from '@ply/testkit'
import { hasVectors, missingReason, readVectorJson, readVectorText } from '@ply/vectors'
import { nobleProvider } from './noble.ts'
import { providerContract } from './contract.ts'

const random = createRandom(340)
const vectors = {
  bip340Csv: hasVectors ? readVectorText('bips/bip-0340/test-vectors.csv') : '',
  bip327: (name: string) => readVectorJson(`bips/bip-0327/vectors/${name}_vectors.json`),
}
const cases = providerContract({ random: (length) => random.bytes(length), rounds: 5, ...(hasVectors && { vectors }) })

test.each(cases.map((one) => [one.name, one] as const))('noble: %s', (_name, one) => {
  expect(() => {
    one.run(nobleProvider)
  }).not.toThrow()
})

test.skipIf(hasVectors)(`BIP 340 and BIP 327 vectors: ${missingReason}`, () => undefined)

test.runIf(hasVectors)('all 19 rows of the BIP 340 vectors are among the cases', () => {
  expect(cases.filter((one) => one.name.startsWith('BIP 340 vector'))).toHaveLength(19)
})

test.runIf(hasVectors)('every case of the BIP 327 vectors is among the cases', () => {
  expect(cases.filter((one) => one.name.startsWith('BIP 327 '))).toHaveLength(56)
})
