import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Logger } from '@ply/ports'
import { TestNode } from '../test/testNode.ts'
import { verifyChain } from './verifyChain.ts'

let node: TestNode
const lines: string[] = []
const logger: Logger = { log: (_, message) => void lines.push(message), child: () => logger }
beforeEach(async () => {
  lines.length = 0
  node = await TestNode.start()
  node.clock.setMockTime(1_700_000_000_000)
  await node.mine(20)
})
afterEach(() => node.remove())

const verify = (level: number, depth: number): Promise<string> => verifyChain(node.node.chain, { level, depth }, logger)

async function damage(prefix: string, at: number): Promise<void> {
  const folder = node.node.folder.blocks
  const name = (await readdir(folder)).find((each) => each.startsWith(prefix))!
  const bytes = await readFile(join(folder, name))
  bytes[at]! ^= 1
  await writeFile(join(folder, name), bytes)
}

test('a whole chain passes every level, also down to the first block', async () => {
  for (const level of [0, 1, 2, 3, 4]) expect([level, await verify(level, 0)]).toEqual([level, 'complete'])
  expect(lines).toContain('Verifying last 20 blocks at level 4')
  expect(lines.at(-1)).toBe('Verification: no coin database inconsistencies (20 transactions)')
  expect(await node.call('verifychain', 4, 0)).toBe(true)
  expect(await node.call('getblockcount')).toBe(20)
})

test('undo data that changed on disk is found from level 2 on', async () => {
  const { undo } = node.node.chain.tip
  await damage('rev', undo!.offset)
  expect(await verify(1, 6)).toBe('complete')
  expect(await verify(2, 6)).toBe('damaged')
  expect(lines.at(-1)).toMatch(/^Verification error: found bad undo data at 20, hash=/)
})

test('a block that changed on disk is found, and the node does not start with it', async () => {
  const { data } = node.node.chain.tip
  await damage('blk', data!.offset + data!.length - 1)
  expect(await verify(1, 6)).toBe('damaged')
  expect(lines.at(-1)).toMatch(/^Verification error: found bad block at 20, hash=\w+ \(bad-txnmrklroot/)
  expect(await node.call('verifychain')).toBe(false)
  await expect(node.restart()).rejects.toThrow(
    'Corrupted block database detected.\nPlease restart with -reindex or -reindex-chainstate to recover.',
  )
})
