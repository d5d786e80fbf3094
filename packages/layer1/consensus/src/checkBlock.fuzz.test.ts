import fc from 'fast-check'
import { expect, test } from 'vitest'
import { COIN, computeTxid, decodeBlock, encodeBlock, HEADER_SIZE } from '@ply/primitives'
import { grind, input, OP_TRUE, output, seal, TestChain, transaction } from './test/fixture.ts'

const RUNS = { seed: 1, numRuns: Number(process.env['PLY_FUZZ_RUNS'] ?? 400) }

const chain = new TestChain()
const first = chain.mine()
chain.mine(99)
const parent = transaction([input({ txid: computeTxid(first), index: 0 })], [output(20n * COIN), output(COIN, OP_TRUE)])
const child = transaction([input({ txid: computeTxid(parent), index: 1 }, { witness: [] })], [output(1)])
const bytes = encodeBlock(chain.block([parent, child], COIN))

test('a spoilt block gets a verdict, never an exception', () => {
  expect(chain.try(grind(chain.block([parent, child], COIN)))).toBeTypeOf('object')
  const change = fc.record({ at: fc.integer({ min: HEADER_SIZE, max: bytes.length - 1 }), byte: fc.nat(255) })
  let decodable = 0
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), fc.boolean(), (changes, sealed) => {
      const spoilt = bytes.slice()
      for (const { at, byte } of changes) spoilt[at] = byte
      const decoded = decodeBlock(spoilt)
      if (!decoded.ok) return
      decodable++
      const { header, transactions } = decoded.value
      // With a root and work of its own a spoilt block gets past the first rules.
      const block = sealed && transactions.length > 0 ? grind(seal(header, transactions)) : decoded.value
      const verdict = chain.try(block)
      expect(typeof verdict === 'string' ? verdict : 'valid').toMatch(/^[a-z]/)
    }),
    RUNS,
  )
  expect(decodable).toBeGreaterThan(RUNS.numRuns / 4)
})
