import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { BLOCK_INDEX_RANGE } from '@ply/chain'
import type { Store, StoreOp } from '@ply/ports'
import { LockError, openLevelStore } from '@ply/storage'
import { RebuildError } from '../chain/rebuildError.ts'
import { TestNode } from '../test/testNode.ts'
import type { DataFolder } from './dataFolder.ts'
import { lockDataFolder } from './lockDataFolder.ts'

let node: TestNode
beforeEach(async () => {
  node = await TestNode.start()
  await node.mine(5)
})
afterEach(() => node.remove())

async function stop(): Promise<DataFolder> {
  const { folder } = node.node
  await node.node.stop()
  return folder
}

async function count(store: Store): Promise<number> {
  let found = 0
  for await (const _ of store.iterate(BLOCK_INDEX_RANGE)) found++
  return found
}

/** How many blocks the index names that lies in each place. */
async function indexSizes({ blockIndex, chainstate }: DataFolder): Promise<number[]> {
  const stores = [await openLevelStore(blockIndex), await openLevelStore(chainstate)]
  const sizes = await Promise.all(stores.map(count))
  for (const store of stores) await store.close()
  return sizes
}

/** Puts the data directory into the order of before: everything in one store. */
async function joinStores({ blockIndex, chainstate }: DataFolder): Promise<void> {
  const [index, coins] = [await openLevelStore(blockIndex), await openLevelStore(chainstate)]
  const ops: StoreOp[] = []
  for await (const [key, value] of index.iterate({})) ops.push({ type: 'put', key, value })
  await coins.batch(ops)
  await index.close()
  await coins.close()
  await rm(blockIndex, { recursive: true })
}

test('the index leaves the store of the coins, where it was before', async () => {
  const folder = await stop()
  expect(await indexSizes(folder)).toEqual([6, 0])
  await joinStores(folder)
  expect(await indexSizes(folder)).toEqual([0, 6])
  await node.restart()
  expect(await node.call('getblockcount')).toBe(5)
  await node.mine(1)
  expect(await indexSizes(await stop())).toEqual([7, 0])
  await node.restart()
  expect(await node.call('getblockcount')).toBe(6)
})

test('the coins of such a folder are built anew without the loss of the index', async () => {
  await joinStores(await stop())
  await node.restart({ reindex: 'coins' })
  expect(await node.call('getblockcount')).toBe(5)
  expect(await indexSizes(await stop())).toEqual([6, 0])
})

const MESSAGES = 'Please restart with -reindex or -reindex-chainstate to recover.'

test.each([
  [
    'the index',
    'Error initializing block database',
    (folder: DataFolder) => rm(folder.blockIndex, { recursive: true }),
  ],
  [
    'a manifest of the index',
    'Error opening block database',
    (folder: DataFolder) => removeManifest(folder.blockIndex),
  ],
  [
    'a manifest of the coins',
    'Error opening coins database',
    (folder: DataFolder) => removeManifest(folder.chainstate),
  ],
])('where %s is gone, the operator hears it, and everything is built anew on wish', async (_, words, damage) => {
  await damage(await stop())
  await expect(node.restart()).rejects.toEqual(new RebuildError(words))
  await expect(node.restart()).rejects.toThrow(`${words}.\n${MESSAGES}`)
  await node.restart({ rebuildDamaged: true })
  expect(await node.call('getblockcount')).toBe(5)
})

async function removeManifest(folder: string): Promise<void> {
  const name = (await readdir(folder)).find((each) => each.startsWith('MANIFEST'))!
  await rm(join(folder, name))
}

test('a block file that is gone is missed', async () => {
  const { blocks } = await stop()
  await rm(join(blocks, 'blk00000.dat'))
  await expect(node.restart()).rejects.toEqual(new RebuildError('Error loading block database'))
})

test('the folder of the blocks is for one node, too, wherever it lies', async () => {
  const other = TestNode.start({ blocksDirectory: node.folder })
  await expect(other).rejects.toEqual(new LockError(node.node.folder.blocks))
  await expect(lockDataFolder(node.node.folder)).rejects.toEqual(new LockError(node.node.folder.root))
  await (
    await lockDataFolder(await stop())
  )()
})
