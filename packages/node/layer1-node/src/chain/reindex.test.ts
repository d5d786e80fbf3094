import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { hashToDisplay } from '@ply/primitives'
import { type JsonOutput, stringifyJson } from '@ply/rpc'
import { spend, TestNode } from '../test/testNode.ts'

let node: TestNode
beforeEach(async () => {
  node = await TestNode.start()
  node.clock.setMockTime(1_700_000_000_000)
  await node.mine(105)
  for (const height of [1, 2, 3]) await node.node.mempool.accept(spend(await node.coinbase(height)))
  await node.call('reorg', 3)
  await node.mine(2)
})
afterEach(() => node.remove())

const blocksFolder = (): string => node.node.folder.blocks
/** The tip and the coins, without the sizes of files, which may differ. */
async function state(): Promise<unknown> {
  const coins = stringifyJson((await node.call('gettxoutsetinfo', 'muhash')) as JsonOutput)
  return [hashToDisplay(node.node.chain.tip.hash), { ...(JSON.parse(coins) as object), disk_size: 0 }]
}

test.each(['blocks', 'coins'] as const)('%s built anew are as they were, forks included', async (reindex) => {
  const before = await state()
  const tips = await node.call('getchaintips')
  const reports: (readonly [string, number, number])[] = []
  await node.restart({ reindex, progress: (...report) => reports.push(report) })
  expect(await state()).toEqual(before)
  expect(reports[0]).toEqual(reindex === 'blocks' ? ['indexing block files', 0, 100] : ['connecting blocks', 0, 108])
  expect(reports.at(-1)).toEqual(['connecting blocks', 108, 108])
  if (reindex === 'coins') expect(await node.call('getchaintips')).toEqual(tips)
  await node.call('invalidateblock', hashToDisplay(node.node.chain.tree.active.at(50)!.hash))
  expect(await node.call('getblockcount')).toBe(49)
})

test('blocks are found in any order, behind rubbish, and with pieces missing', async () => {
  const before = await state()
  const folder = blocksFolder()
  await node.node.stop()
  const file = join(folder, 'blk00000.dat')
  const bytes = await readFile(file)
  const records: Buffer[] = []
  for (let at = 0; at < bytes.length;) {
    const end = at + 8 + bytes.readUInt32LE(at + 4)
    records.push(bytes.subarray(at, end))
    at = end
  }
  await writeFile(file, Buffer.concat([Buffer.alloc(3, 0xfa), ...records.reverse()]))
  // As Bitcoin Core leaves the end of its last file.
  await writeFile(join(folder, 'blk00001.dat'), Buffer.concat([records[0]!, Buffer.alloc(1000)]))
  await node.restart({ reindex: 'blocks' })
  expect(await state()).toEqual(before)
  await node.mine(1)
  await node.restart()
  expect(await node.call('getblockcount')).toBe(108 + 1)
  expect(await readdir(folder)).toContain('blk00001.dat')
})

test('blocks that were obfuscated are left alone', async () => {
  const folder = blocksFolder()
  await node.node.stop()
  await writeFile(join(folder, 'xor.dat'), Buffer.alloc(8, 7))
  await appendFile(join(folder, 'blk00000.dat'), 'not to be cut off')
  const before = await readFile(join(folder, 'blk00000.dat'))
  await expect(node.restart({ reindex: 'blocks' })).rejects.toThrow('-blocksxor=0')
  expect(await readFile(join(folder, 'blk00000.dat'))).toEqual(before)
  await writeFile(join(folder, 'xor.dat'), Buffer.alloc(8))
})
