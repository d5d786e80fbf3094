import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hasProofOfWork } from '@ply/consensus'
import { type BlockHash, type BlockHeader, computeBlockHash, MAIN, REGTEST, SIGNET, TESTNET4 } from '@ply/primitives'
import { mineBlock, searchNonce } from './index.ts'

test.each([MAIN, TESTNET4, SIGNET])('finds the nonce of the genesis block of $name', ({ genesis }) => {
  const { header } = genesis
  const from = Math.max(0, header.nonce - 50)
  const search = searchNonce({ ...header, nonce: from }, 1000)
  expect(search).toMatchObject({ found: true, tries: header.nonce - from + 1, header: { nonce: header.nonce } })
})

test('what it finds has proof of work, and everything before it has not', () => {
  const bytes = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length })
  fc.assert(
    fc.property(
      fc.record({
        version: fc.integer(),
        previousBlockHash: bytes(32) as fc.Arbitrary<BlockHash>,
        merkleRoot: bytes(32),
        time: fc.nat(),
        bits: fc.constantFrom(0x207fffff, 0x2000ffff, 0x1f7fffff),
        nonce: fc.integer({ min: 0, max: 0xffffffff - 2000 }),
      }),
      (header: BlockHeader) => {
        const search = searchNonce(header, 300)
        const end = search.found ? search.header.nonce : header.nonce + 300
        for (let nonce = header.nonce; nonce < end; nonce++) {
          expect(hasProofOfWork(computeBlockHash({ ...header, nonce }), header.bits, REGTEST)).toBe(false)
        }
        if (search.found) {
          expect(hasProofOfWork(computeBlockHash(search.header), header.bits, REGTEST)).toBe(true)
        } else {
          expect(search).toEqual({ found: false, nextNonce: end, tries: 300 })
        }
      },
    ),
    { seed: 1, numRuns: 30 },
  )
})

test('ends where the nonces end, and at a target that nothing meets', () => {
  const { header } = MAIN.genesis
  expect(searchNonce({ ...header, nonce: 0xffffffff }, 10)).toEqual({ found: false, nextNonce: undefined, tries: 1 })
  expect(searchNonce({ ...header, bits: 0 }, 10)).toEqual({ found: false, nextNonce: undefined, tries: 0 })
  expect(mineBlock(MAIN.genesis, 1)).toEqual(MAIN.genesis)
  expect(mineBlock({ ...MAIN.genesis, header: { ...header, nonce: 0 } }, 10)).toBeUndefined()
})
