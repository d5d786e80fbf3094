import { describe, expect, test } from 'vitest'
import { equalBytes, unwrap } from '@ply/bytes'
import { hasVectors, missingReason, readVectorBytes } from '@ply/vectors'
import { blockMerkleRoot, computeBlockHash, decodeBlock, encodeBlock, hashToDisplay, MAIN } from '@ply/primitives'
import { checkBlock, checkProofOfWork, checkMutation } from '../index.ts'

const named = (what: string): string => (hasVectors ? what : `${what}: ${missingReason}`)

describe.skipIf(!hasVectors)(named('mainnet block 413567'), () => {
  const bytes = hasVectors ? readVectorBytes('bitcoin-core/mainnet-block-413567.raw') : new Uint8Array(0)

  test('parses, and serialises to the same bytes', () => {
    expect(equalBytes(encodeBlock(unwrap(decodeBlock(bytes))), bytes)).toBe(true)
  })

  test('its merkle root, proof of work and all rules without context hold', () => {
    const block = unwrap(decodeBlock(bytes))
    expect(hashToDisplay(computeBlockHash(block.header))).toBe(
      '0000000000000000025aff8be8a55df8f89c77296db6198f272d6577325d4069',
    )
    expect(blockMerkleRoot(block)).toEqual({ root: block.header.merkleRoot, mutated: false })
    expect(checkProofOfWork(block.header, MAIN)).toEqual({ ok: true })
    expect(checkBlock(block, MAIN)).toEqual({ ok: true })
    expect(checkMutation(block, true).ok).toBe(true)
  })

  test('any other list of transactions is a mutated block', () => {
    const block = unwrap(decodeBlock(bytes))
    const { transactions } = block
    expect(checkMutation({ ...block, transactions: transactions.slice(0, -1) }, true).ok).toBe(false)
    const repeated = transactions.length % 2 === 0 ? transactions.slice(-2) : transactions.slice(-1)
    expect(checkMutation({ ...block, transactions: [...transactions, ...repeated] }, true).ok).toBe(false)
  })
})
