import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { deleteUnusableFiles } from '../storage/unusableFiles.ts'
import { TestNode } from '../test/testNode.ts'

let node: TestNode
let other: TestNode
beforeEach(async () => {
  node = await TestNode.start()
  other = await TestNode.start()
  await node.mine(30)
})
afterEach(() => Promise.all([node.remove(), other.remove()]))

test('the blocks of another node’s file, also in the wrong order and behind rubbish', async () => {
  const { blocks } = node.node.chain
  const records: Uint8Array[] = []
  for await (const { record } of blocks.storedBlocks()) {
    const header = Buffer.alloc(8)
    header.set(node.node.network.magic)
    header.writeUInt32LE(record.length, 4)
    records.push(Buffer.concat([header, record]))
  }
  const path = join(other.folder, 'bootstrap.dat')
  await writeFile(path, Buffer.concat([Buffer.from('rubbish'), ...records.reverse()]))
  await other.restart({ loadBlocks: [path] })
  expect(await other.call('getbestblockhash')).toBe(await node.call('getbestblockhash'))
  await expect(other.restart({ loadBlocks: [join(other.folder, 'none')] })).rejects.toThrow('ENOENT')
})

test('who wants no more than that stops then', async () => {
  const path = join(node.node.folder.blocks, 'blk00000.dat')
  const heights: number[] = []
  await other.restart({
    loadBlocks: [path],
    stopAfterImport: true,
    stopRequested: () => heights.push(1),
  })
  expect(heights).toEqual([1])
  expect(await other.call('getblockcount')).toBe(await node.call('getblockcount'))
})

test('before a reindex, undo data goes, and in a pruned folder what lies behind a gap', async () => {
  const folder = node.node.folder.blocks
  const dataFiles = async (): Promise<string[]> =>
    (await readdir(folder)).filter((name) => name.endsWith('.dat')).sort()
  await node.node.stop()
  const bytes = await readFile(join(folder, 'blk00000.dat'))
  await writeFile(join(folder, 'blk00002.dat'), bytes)
  await deleteUnusableFiles(folder, false)
  expect(await dataFiles()).toEqual(['blk00000.dat', 'blk00002.dat'])
  await deleteUnusableFiles(folder, true)
  expect(await dataFiles()).toEqual(['blk00000.dat'])
  await rm(join(folder, 'blk00000.dat'))
  await writeFile(join(folder, 'blk00001.dat'), bytes)
  await deleteUnusableFiles(folder, true)
  expect(await dataFiles()).toEqual([])
})
