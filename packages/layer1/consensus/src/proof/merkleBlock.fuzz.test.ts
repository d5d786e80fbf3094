import fc from 'fast-check'
import { expect, test } from 'vitest'
import { equalBytes, unwrap } from '@ply/bytes'
import { type Block, blockMerkleRoot, computeTxid, REGTEST, type Transaction } from '@ply/primitives'
import { createMerkleBlock, decodeMerkleBlock, encodeMerkleBlock, extractMatches } from './merkleBlock.ts'

const numRuns = Number(process.env['PLY_FUZZ_RUNS'] ?? 100)
const [coinbase] = REGTEST.genesis.transactions

function makeBlock(count: number): Block {
  const transactions: Transaction[] = Array.from({ length: count }, (_, lockTime) => ({ ...coinbase!, lockTime }))
  const merkleRoot = blockMerkleRoot({ transactions }).root
  return { header: { ...REGTEST.genesis.header, merkleRoot }, transactions }
}

test('any choice of transactions of a block of any size is proved', () => {
  const choice = fc.array(fc.boolean(), { minLength: 1, maxLength: 70 })
  fc.assert(
    fc.property(choice, (chosen) => {
      const block = makeBlock(chosen.length)
      const txids = block.transactions.map(computeTxid).filter((_, i) => chosen[i])
      const proof = unwrap(decodeMerkleBlock(encodeMerkleBlock(createMerkleBlock(block, txids))))
      const matches = extractMatches(proof)
      expect(matches?.root).toEqual(block.header.merkleRoot)
      expect(matches?.txids).toEqual(txids)
    }),
    { seed: 1, numRuns },
  )
})

test('whatever is changed in a proof, it proves nothing false and never throws', () => {
  const block = makeBlock(11)
  const known = block.transactions.map(computeTxid)
  const bytes = encodeMerkleBlock(createMerkleBlock(block, [known[3]!, known[10]!]))
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const mutated = bytes.slice()
      mutated[at]! ^= change
      const proof = decodeMerkleBlock(mutated)
      const matches = proof.ok ? extractMatches(proof.value) : undefined
      if (!matches || !equalBytes(matches.root, block.header.merkleRoot)) return
      for (const txid of matches.txids) expect(known).toContainEqual(txid)
    }),
    { seed: 1, numRuns },
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (random) => {
      const proof = decodeMerkleBlock(random)
      if (proof.ok) extractMatches(proof.value)
    }),
    { seed: 1, numRuns },
  )
})
