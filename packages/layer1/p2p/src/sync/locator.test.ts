import type { BlockHash } from '@ply/primitives'
import { expect, test } from 'vitest'
import { encodeMessage } from '../index.ts'
import { FakeNode } from '../test/fakeNode.ts'
import { computeLocator } from './locator.ts'

test('a locator goes back one by one, then in steps that double behind the next hash', () => {
  const node = new FakeNode(1)
  node.mine(300, 1_700_000_000)
  const heights = computeLocator(node.chain, node.chain.tip()).map((hash) => node.chain.header(hash)!.height)
  const near = Array.from({ length: 12 }, (_, i) => 300 - i)
  expect(heights).toEqual([...near, 287, 283, 275, 259, 227, 163, 35, 0])
})

test('the version in a locator is the one that all write there', () => {
  const stop = new Uint8Array(32) as BlockHash
  const bytes = encodeMessage({ command: 'getheaders', locator: [], stop })
  expect(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true)).toBe(70016)
})
