import { afterEach, beforeEach, expect, test } from 'vitest'
import { REGTEST } from '@ply/primitives'
import { TestNode } from '../test/testNode.ts'

let node: TestNode
beforeEach(async () => {
  node = await TestNode.start()
})
afterEach(() => node.remove())

test('a tip from the future is refused until its time comes', async () => {
  node.clock.setMockTime(1_700_000_000_000)
  await node.mine(1)
  node.clock.setMockTime((1_700_000_000 - 7201) * 1000)
  await expect(node.restart()).rejects.toThrow('a block which appears to be from the future')
  node.clock.setMockTime((1_700_000_000 - 7200) * 1000)
  await node.restart()
  expect(await node.call('getblockcount')).toBe(1)
})

test('blocks that were not checked by segwit’s rules are refused where these hold', async () => {
  const segwitAt = (segwit: number) => ({
    ...REGTEST,
    consensus: { ...REGTEST.consensus, buriedHeights: { ...REGTEST.consensus.buriedHeights, segwit } },
  })
  await node.restart({ network: segwitAt(10) })
  await node.mine(8)
  await node.restart({ network: segwitAt(9) })
  await expect(node.restart({ network: segwitAt(5) })).rejects.toThrow(
    'Witness data for blocks after height 5 requires validation. Please restart with -reindex..\n',
  )
  await node.restart({ network: segwitAt(5), reindex: 'blocks' })
  expect(await node.call('getblockcount')).toBe(4)
  await node.restart({ network: segwitAt(5) })
})
