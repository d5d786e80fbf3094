import { expect, test } from 'vitest'
import { bytesToHex, equalBytes, hexToBytes, unwrap } from '@ply/bytes'
import { hasVectors, missingReason, readVectorBytes } from '@ply/vectors'
import {
  blockMerkleRoot,
  blockSizes,
  blockWeight,
  computeBlockHash,
  computeMerkleRoot,
  computeTxid,
  computeWtxid,
  decodeBlock,
  decodeTransaction,
  encodeBlock,
  encodeTransaction,
  hashToDisplay,
  transactionWeight,
  virtualSize,
} from './index.ts'

// BIP 143's P2WPKH example, signed.
const SEGWIT_TX =
  '01000000000102fff7f7881a8099afa6940d42d1e7f6362bec38171ea3edf433541db4e4ad969f00000000494830450221008b9d1dc26ba6a9cb62127b02742fa9d754cd3bebf337f7a55d114c8e5cdd30be022040529b194ba3f9281a99f2b1c0a19c0489bc22ede944ccf4ecbab4cc618ef3ed01eeffffffef51e1b804cc89d182d279655c3aa89e815b1b309fe287d9b2b55d57b90ec68a0100000000ffffffff02202cb206000000001976a9148280b37df378db99f66f85c95a783a76ac7a6d5988ac9093510d000000001976a9143bde42dbee7e4dbe6a21b2d50ce2f0167faa815988ac000247304402203609e17b84f6a7d30c80bfa610b5b4542f32a8a0d5447a12fb1366d7f01cc44a0220573a954c4518331561406f90300e8f3358f51928d43c212a8caed02de67eebee0121025476c2e83188368da1ff3e292e7acafcdb3566bb0ad253f62fc70f07aeee635711000000'

test('a transaction with witness: ids, sizes, same bytes', () => {
  const tx = unwrap(decodeTransaction(hexToBytes(SEGWIT_TX)))
  expect(bytesToHex(encodeTransaction(tx))).toBe(SEGWIT_TX)
  expect(hashToDisplay(computeTxid(tx))).toBe('e8151a2af31c368a35053ddd4bdb285a8595c769a3ad83e0fa02314a602d4609')
  expect(equalBytes(computeTxid(tx), computeWtxid(tx))).toBe(false)
  const stripped = encodeTransaction(tx, false).length
  expect(transactionWeight(tx)).toBe(3 * stripped + SEGWIT_TX.length / 2)
  expect(virtualSize(tx)).toBe(Math.ceil(transactionWeight(tx) / 4))
})

test.each([
  ['superfluous-witness', SEGWIT_TX.slice(0, -8 - 216) + '000011000000'],
  ['unknown-transaction-optional-data', SEGWIT_TX.replace('010000000001', '010000000002')],
  ['end-of-data', SEGWIT_TX.slice(0, -2)],
  ['trailing-data', SEGWIT_TX + '00'],
])('%s', (code, hex) => {
  const decoded = decodeTransaction(hexToBytes(hex))
  expect(decoded.ok ? 'ok' : decoded.error.code).toBe(code)
})

test('a merkle tree whose last pair repeats is reported (CVE-2012-2459)', () => {
  const leaves = [1, 2, 3].map((n) => new Uint8Array(32).fill(n))
  const honest = computeMerkleRoot(leaves)
  const doubled = computeMerkleRoot([...leaves, leaves[2]!])
  expect(honest.mutated).toBe(false)
  expect(doubled.mutated).toBe(true)
  expect(equalBytes(honest.root, doubled.root)).toBe(true)
})

test.skipIf(hasVectors)(`mainnet block: ${missingReason}`, () => undefined)

test.runIf(hasVectors)('mainnet block 413567: same bytes again, hash, merkle root, weight', () => {
  const bytes = readVectorBytes('bitcoin-core/mainnet-block-413567.raw')
  const block = unwrap(decodeBlock(bytes))
  expect(equalBytes(encodeBlock(block), bytes)).toBe(true)
  expect(block.transactions).toHaveLength(1557)
  expect(hashToDisplay(computeBlockHash(block.header))).toMatch(
    /^0000000000000000025aff8be8a55df8f89c77296db6198f272d6577325d4069$/,
  )
  expect(equalBytes(blockMerkleRoot(block).root, block.header.merkleRoot)).toBe(true)
  expect(blockSizes(block)).toEqual({ stripped: bytes.length, total: bytes.length })
  expect(blockWeight(block)).toBe(4 * bytes.length)
})
