import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { hashToDisplay, REGTEST } from '@ply/primitives'
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

test('block files may be obfuscated, as those of Bitcoin Core are', async () => {
  const folder = blocksFolder()
  const before = await state()
  await node.node.stop()
  // What another program wrote with its key.
  const key = Buffer.from('0123456789abcdef', 'hex')
  await writeFile(join(folder, 'xor.dat'), key)
  for (const name of await readdir(folder)) {
    if (!/^(blk|rev)/.test(name)) continue
    const bytes = await readFile(join(folder, name))
    await writeFile(
      join(folder, name),
      bytes.map((byte, i) => byte ^ key[i % key.length]!),
    )
  }
  await node.restart()
  expect(await state()).toEqual(before)
  await node.mine(1)
  await node.restart({ reindex: 'blocks' })
  expect(await node.call('getblockcount')).toBe(109)
  expect(await node.call('verifychain', 4, 0)).toBe(true)
  await expect(node.restart({ obfuscateBlocks: false })).rejects.toThrow(
    'The blocksdir XOR-key can not be disabled when a random key was already stored!',
  )
})

test('a fresh folder gets a key of its own where that is asked for', async () => {
  const fresh = await TestNode.start({ obfuscateBlocks: true })
  await fresh.mine(3)
  const folder = fresh.node.folder.blocks
  const key = await readFile(join(folder, 'xor.dat'))
  expect(key.some((byte) => byte !== 0)).toBe(true)
  const start = (await readFile(join(folder, 'blk00000.dat'))).subarray(0, 4).map((byte, i) => byte ^ key[i]!)
  expect([...start]).toEqual([...REGTEST.magic])
  expect((await readdir(folder)).sort()).toEqual(['.lock', 'blk00000.dat', 'index', 'rev00000.dat', 'xor.dat'])
  await fresh.restart()
  expect(await fresh.call('getblockcount')).toBe(3)
  await fresh.remove()
})

test('block files may lie in another data directory', async () => {
  const fresh = await TestNode.start({ blocksDirectory: join(node.folder, 'elsewhere') })
  await fresh.mine(2)
  expect(await readdir(join(node.folder, 'elsewhere/regtest/blocks'))).toContain('blk00000.dat')
  await fresh.restart({ blocksDirectory: join(node.folder, 'elsewhere') })
  expect(await fresh.call('getblockcount')).toBe(2)
  await fresh.remove()
})
