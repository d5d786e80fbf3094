import { expect, test } from 'vitest'
import { unwrap } from '@ply/bytes'
import {
  computeBlockHash,
  decodeAddress,
  encodeAddress,
  encodeBlock,
  formatBtc,
  hashToDisplay,
  REGTEST,
} from '@ply/primitives'

test("the README's example", () => {
  const hash = hashToDisplay(computeBlockHash(REGTEST.genesis.header))
  const size = encodeBlock(REGTEST.genesis).length
  const script = unwrap(decodeAddress('bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080', REGTEST))
  const address = encodeAddress(script, REGTEST)
  const subsidy = formatBtc(REGTEST.genesis.transactions[0]!.outputs[0]!.value)
  expect(hash).toBe('0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206')
  expect(size).toBe(285)
  expect(address).toBe('bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080')
  expect(subsidy).toBe('50.00000000')
})
