import { type BlockHash, REGTEST } from '@ply/primitives'
import { expect, test } from 'vitest'
import { BlockNode } from './blockNode.ts'
import { HashSlab } from './hashSlab.ts'
import { HeaderIndex } from './headerIndex.ts'

test('each of thousands of headers is found by its hash, and no other', () => {
  const index = new HeaderIndex()
  const slab = new HashSlab()
  const { header } = REGTEST.genesis
  const nodes = Array.from({ length: 5000 }, (_, nonce) => new BlockNode({ ...header, nonce }, undefined, slab))
  for (const node of nodes.slice(0, 4000)) index.add(node)
  expect(index.size).toBe(4000)
  expect(nodes.findIndex((node) => index.get(node.hash) !== node)).toBe(4000)
  expect(nodes.slice(4000).filter(({ hash }) => index.get(hash))).toEqual([])
  // All that differs is the last byte, far behind those that the table looks at.
  const close = Uint8Array.from(nodes[7]!.hash) as BlockHash
  close[31] = 1
  expect(index.get(close)).toBeUndefined()
  expect([...index.nodes()]).toEqual(nodes.slice(0, 4000))
})

test('nodes of one slab keep the hashes of their own headers', () => {
  const slab = new HashSlab(2)
  const { header } = REGTEST.genesis
  const nodes = [1, 2, 3].map(
    (byte) => new BlockNode({ ...header, merkleRoot: Uint8Array.of(byte, ...new Uint8Array(31)) }, undefined, slab),
  )
  expect(nodes.map(({ merkleRoot }) => merkleRoot[0])).toEqual([1, 2, 3])
  expect(new Set(nodes.map(({ hash }) => hash.join())).size).toBe(3)
})
