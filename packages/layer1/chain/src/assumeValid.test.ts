import { expect, test } from 'vitest'
import { unwrap } from '@ply/bytes'
import { checkProofOfWork } from '@ply/consensus'
import { hashToDisplay, type NetworkParameters, REGTEST } from '@ply/primitives'
import { findScriptCheckReason, HeaderTree } from './index.ts'

const TWO_WEEKS_OF_BLOCKS = 2016

function mine(tree: HeaderTree, count: number): void {
  for (let i = 0; i < count; i++) {
    const { hash, time } = tree.bestHeader
    let header = { ...REGTEST.genesis.header, version: 4, previousBlockHash: hash, time: time + 1, nonce: 0 }
    while (!checkProofOfWork(header, REGTEST).ok) header = { ...header, nonce: header.nonce + 1 }
    unwrap(tree.acceptHeader(header, header.time))
  }
}

test('scripts under the assumed-valid block are skipped once two weeks of work lie on top', () => {
  const plain = new HeaderTree(REGTEST)
  mine(plain, 20)
  const assumed = plain.bestHeader.ancestor(10)!
  const consensus = { ...REGTEST.consensus, assumeValid: hashToDisplay(assumed.hash) }
  const parameters: NetworkParameters = { ...REGTEST, consensus }
  const tree = new HeaderTree(parameters)
  const needed = (height: number, at = tree): boolean =>
    findScriptCheckReason(at, at.bestHeader.ancestor(height)!) !== undefined
  for (let height = 1; height <= 20; height++) {
    unwrap(tree.acceptHeader(plain.bestHeader.ancestor(height)!.header, plain.bestHeader.time))
  }
  expect(needed(5)).toBe(true)
  mine(tree, TWO_WEEKS_OF_BLOCKS - 15)
  expect([4, 5, 10, 11].map((height) => needed(height))).toEqual([false, true, true, true])
  mine(tree, 10)
  expect([5, 10, 11].map((height) => needed(height))).toEqual([false, false, true])
  expect(needed(5, plain)).toBe(true)
})
