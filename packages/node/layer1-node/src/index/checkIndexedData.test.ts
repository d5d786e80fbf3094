import { BlockNode } from '@ply/chain'
import { REGTEST } from '@ply/primitives'
import { expect, test } from 'vitest'
import { checkIndexedData, IndexDataError } from './checkIndexedData.ts'

const SOMEWHERE = { file: 0, offset: 0, length: 1 }

/** A chain of which the blocks from a height on are there. */
function chainFrom(kept: number): BlockNode[] {
  const chain = [new BlockNode(REGTEST.genesis.header, undefined)]
  while (chain.length <= 20) chain.push(new BlockNode(REGTEST.genesis.header, chain.at(-1)))
  for (const node of chain.filter(({ height }) => height >= kept)) {
    node.data = SOMEWHERE
    node.undo = node.height > 0 ? SOMEWHERE : undefined
  }
  return chain
}
const index = (name: string, chain: readonly BlockNode[], height: number | undefined) => ({
  name,
  sync: { best: height === undefined ? undefined : chain[height], fork: chain[height ?? 0]! },
})

test('the index that is furthest behind needs the most blocks', () => {
  const chain = chainFrom(10)
  const check = (...indexes: readonly ReturnType<typeof index>[]) =>
    checkIndexedData({ tip: chain[20]!, history: undefined }, indexes)
  expect(() => check()).not.toThrow()
  expect(() => check(index('a', chain, 20), index('b', chain, 10))).not.toThrow()
  expect(() => check(index('a', chain, 12), index('b', chain, 9))).toThrow(IndexDataError)
  expect(() => check(index('a', chain, 12), index('b', chain, 9))).toThrow(
    'b best block of the index goes beyond pruned data (including undo data). Please disable the index or reindex',
  )
  expect(() => check(index('new', chain, undefined))).toThrow('new best block of the index')
  expect(() =>
    checkIndexedData({ tip: chainFrom(0)[20]!, history: undefined }, [index('new', chain, undefined)]),
  ).not.toThrow()
})
