import { readdir } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { bytesToHex } from '@ply/bytes'
import { hashToDisplay } from '@ply/primitives'
import { TestNode } from '../test/testNode.ts'

const blockFileSize = 16_000
let node: TestNode
beforeEach(async () => {
  node = await TestNode.start({ prune: 'manual', blockFileSize, blockFilterIndex: true })
  node.clock.setMockTime(1_700_000_000_000)
})
afterEach(() => node.remove())

const hashAt = (height: number): string => hashToDisplay(node.node.chain.tree.active.at(height)!.hash)
const files = async (prefix: string): Promise<number> =>
  (await readdir(node.node.folder.blocks)).filter((name) => name.startsWith(prefix)).length

test('by hand: old files go, the last 288 blocks stay, and the node goes on from what is left', async () => {
  await node.mine(900)
  await expect(node.call('pruneblockchain', 10)).rejects.toThrow('Blockchain is too short for pruning.')
  await node.mine(100)
  await expect(node.call('pruneblockchain', -1)).rejects.toThrow('Negative block height.')
  await expect(node.call('pruneblockchain', 1001)).rejects.toThrow('shorter than the attempted prune height')
  const [blocks, undo] = [await files('blk'), await files('rev')]
  const gone = (await node.call('pruneblockchain', 1000)) as number
  expect(gone).toBeGreaterThan(600)
  expect(gone).toBeLessThanOrEqual(1000 - 288)
  expect(await files('blk')).toBeLessThan(blocks)
  expect(await files('rev')).toBeLessThanOrEqual(undo)
  await expect(node.call('getblock', hashAt(gone))).rejects.toThrow('Block not available (pruned data)')
  await expect(node.call('getblockstats', gone)).rejects.toThrow('Block not available (pruned data)')
  const paid = bytesToHex((await node.coinbase(1000)).outputs[0]!.scriptPubKey)
  const look = node.call('scanblocks', 'start', [`raw(${paid})`], 1, 5, 'basic', { filter_false_positives: true })
  await expect(look).rejects.toThrow('Block not available (pruned data)')
  expect(await node.call('getblock', hashAt(gone + 1), 2)).toMatchObject({ height: gone + 1 })
  expect(await node.call('getblockheader', hashAt(5))).toMatchObject({ height: 5, nTx: 1 })

  await node.restart({ prune: 'manual', blockFileSize, blockFilterIndex: true })
  expect(await node.call('getblockchaininfo')).toMatchObject({ blocks: 1000, pruned: true, pruneheight: gone + 1 })
  await node.call('reorg', 100)
  await node.mine(1)
  expect(await node.call('getblockcount')).toBe(1002)
  await expect(node.restart({ blockFileSize })).rejects.toThrow('go back to unpruned mode')
})

test('by itself: from a height on the files stay within their target, whenever one looks', async () => {
  await node.mine(400)
  await node.restart({ prune: 5 * blockFileSize, blockFileSize })
  await node.mine(600)
  expect(await node.call('getblockchaininfo')).toMatchObject({ pruneheight: 0 })
  const pruneHeights = new Set<unknown>()
  for (let height = 1001; height <= 1200; height++) {
    await node.mine(1)
    const info = (await node.call('getblockchaininfo')) as { pruneheight: number }
    pruneHeights.add(info.pruneheight)
    expect(info.pruneheight).toBeLessThanOrEqual(Math.max(0, height - 288 + 1))
  }
  const [first, second] = [...pruneHeights].slice(1) as number[]
  expect(first).toBeGreaterThan(300)
  expect(second).toBeGreaterThan(first!)
})
