import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type BlockHash, type BlockHeader, MAIN } from '@ply/primitives'
import { searchNonce } from '../searchNonce.ts'
import { createKernelModule } from './kernel.ts'
import { SCALAR_LANES, VECTOR_LANES } from '@ply/crypto/wasm'
import { createNonceKernel } from './nonceKernel.ts'

const bytes = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length })
const headers: fc.Arbitrary<BlockHeader> = fc.record({
  version: fc.integer(),
  previousBlockHash: bytes(32) as fc.Arbitrary<BlockHash>,
  merkleRoot: bytes(32),
  time: fc.nat(),
  // Near the hardest some top words are equal to the target's, and the words below must decide.
  bits: fc.constantFrom(0x2000ffff, 0x1f7fffff, 0x1f03ffff, 0x1e7fffff, 0x1e00ffff),
  nonce: fc.oneof(fc.integer({ min: 0, max: 0xffffffff }), fc.integer({ min: 0xfffffff0 - 3000, max: 0xffffffff })),
})

describe.each([
  ['four lanes', VECTOR_LANES],
  ['one lane', SCALAR_LANES],
])('%s', (_, lanes) => {
  const kernel = createNonceKernel([lanes])!

  test('is a module that this engine takes, the same each time', () => {
    expect(kernel.lanes).toBe(lanes.count)
    expect(createKernelModule(lanes)).toEqual(createKernelModule(lanes))
  })

  test('finds what the plain search finds', () => {
    let found = 0
    fc.assert(
      fc.property(headers, fc.integer({ min: 0, max: 3000 }), (header, tries) => {
        const plain = searchNonce(header, tries, 'none')
        expect(searchNonce(header, tries, kernel)).toEqual(plain)
        if (plain.found && plain.tries > 32) found++
      }),
      { seed: 1, numRuns: 150 },
    )
    expect(found).toBeGreaterThan(15)
  })

  test('finds the nonce of the genesis block far from where it begins', () => {
    const { header } = MAIN.genesis
    const from = header.nonce - 100_001
    expect(searchNonce({ ...header, nonce: from }, 200_000, kernel)).toEqual({ found: true, header, tries: 100_002 })
  })
})

test('without lanes that the engine takes there is no kernel', () => {
  expect(createNonceKernel([])).toBeUndefined()
  expect(createNonceKernel([{ ...VECTOR_LANES, add: [0xff] }, SCALAR_LANES])?.lanes).toBe(1)
})
