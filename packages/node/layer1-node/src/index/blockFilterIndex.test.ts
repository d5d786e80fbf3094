import { computeBasicFilter, computeFilterHeader, type FilterHeader, NO_FILTER_HEADER } from '@ply/chain'
import { afterEach, expect, test } from 'vitest'
import { TestNode } from '../test/testNode.ts'

let node: TestNode
afterEach(() => node.remove())

/** The header of the tip's filter, worked out from the blocks alone. */
async function tipHeader(): Promise<FilterHeader> {
  const { chain } = node.node
  let header = NO_FILTER_HEADER
  for (let height = 0; height <= chain.tip.height; height++) {
    const block = chain.tree.active.at(height)!
    const spent = (await chain.readUndo(block))!.flat().map(({ output }) => output.scriptPubKey)
    header = computeFilterHeader(computeBasicFilter(await chain.readBlock(block), spent), header)
  }
  return header
}

const indexed = () => node.node.blockFilterIndex!.header(node.node.chain.tip.hash)

test('filters are there for every block, also after a reorg and for blocks that left the chain', async () => {
  node = await TestNode.start()
  await node.mine(5)
  expect(await indexed()).toEqual(await tipHeader())
  const left = node.node.chain.tip.hash
  await node.node.chain.invalidate(node.node.chain.tree.active.at(4)!)
  // To another script: the same block would be the invalid one again.
  await node.call('generatetodescriptor', 3, 'raw(5151)')
  expect(await indexed()).toEqual(await tipHeader())
  expect(await node.node.blockFilterIndex!.filter(left)).toBeDefined()
})

test('an index that was off catches up in the background', async () => {
  node = await TestNode.start({ blockFilterIndex: false })
  await node.mine(120)
  expect(node.node.blockFilterIndex).toBeUndefined()
  await node.restart({ blockFilterIndex: true })
  await node.node.blockFilterIndex!.sync.caughtUp
  expect(node.node.blockFilterIndex!.sync.bestHeight).toBe(120)
  expect(await indexed()).toEqual(await tipHeader())
})
