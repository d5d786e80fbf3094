import { hexToBytes } from '@ply/bytes'
import { REGTEST } from '@ply/primitives'
import { expect, test } from 'vitest'
import { scriptPubKeyJson } from './scriptJson.ts'

// BIP 340, the test vectors: the x of a point, and one that is of none.
const ON_CURVE = 'd69c3509bb99e412e68b0fe8544e72837dfa30746d8be2aa65975f29d22dc7b9'
const OFF_CURVE = 'eefdea4cdb677750a420fee807eacf21eb9898ae79b9768766e4faa04a2d4a34'

test.each([
  ['a key', ON_CURVE, `rawtr(${ON_CURVE})#`],
  ['no key', OFF_CURVE, 'addr(bcrt1p'],
])('a taproot output of %s is described alike each time', (_, key, beginning) => {
  const script = hexToBytes(`5120${key}`)
  const first = scriptPubKeyJson(script, { network: REGTEST }).text
  expect(first).toContain(`"desc":"${beginning}`)
  expect(scriptPubKeyJson(script, { network: REGTEST }).text).toBe(first)
})
