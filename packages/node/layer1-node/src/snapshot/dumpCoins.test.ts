import { access, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bytesToHex } from '@ply/bytes'
import { sha256 } from '@ply/crypto'
import { REGTEST } from '@ply/primitives'
import { hexOf, spend, TestNode } from '../test/testNode.ts'

let node: TestNode
beforeAll(async () => {
  node = await TestNode.start()
})
afterAll(() => node.remove())

const dump = async (...params: Parameters<TestNode['json']> extends [string, ...infer Rest] ? Rest : never) =>
  (await node.json('dumptxoutset', ...params)) as Record<string, unknown>
const fileHash = async (name: string): Promise<string> =>
  bytesToHex(sha256(await readFile(join(node.node.folder.root, name))))

test("the file of a known chain is Bitcoin Core's, byte for byte", async () => {
  node.clock.setMockTime((REGTEST.genesis.header.time + 1) * 1000)
  // Bitcoin Core's functional tests mine to this key's address.
  await node.call('generatetoaddress', 100, 'mjTkW3DjgyZck4KbiRusZsqTgaYTxdSz6z')
  expect(await dump('latest.dat', 'latest')).toEqual({
    coins_written: 100,
    base_hash: '220aee93f0f5409631f35488898258f0930952bd620063cb4d7d87f7c28a8f50',
    base_height: 100,
    path: join(node.node.folder.root, 'latest.dat'),
    txoutset_hash: '771d773b5c27b6f35f598ce764652a2cf28fbc268341eb1827844e416c629c7d',
    nchaintx: 101,
  })
  expect(await fileHash('latest.dat')).toBe('e8c59b1bc1f19061c67eb7a392f4ea17eea83af58646ea2909e270546699c36c')
})

test('earlier coins are as they were, however they are rolled back', async () => {
  node.clock.setMockTime(undefined)
  await node.mine(101)
  for (let i = 0; i < 3; i++) {
    // Two at a time, so that a coin comes and goes within a block.
    const first = spend(await node.coinbase(101 + i))
    for (const tx of [first, spend(first)]) await node.call('sendrawtransaction', hexOf(tx))
    await node.mine(1)
    await dump(`${i}.dat`, 'latest')
  }
  for (const i of [0, 1, 2]) {
    await dump(`disk${i}.dat`, 'rollback', { rollback: 202 + i })
    const hash = (await node.json('getblockhash', 202 + i)) as string
    await dump(`memory${i}.dat`, '', { rollback: hash, in_memory: true })
    expect(await fileHash(`disk${i}.dat`)).toBe(await fileHash(`${i}.dat`))
    expect(await fileHash(`memory${i}.dat`)).toBe(await fileHash(`${i}.dat`))
  }
  await dump('again.dat', 'rollback', { rollback: 100 })
  expect(await fileHash('again.dat')).toBe(await fileHash('latest.dat'))
  await expect(access(join(node.node.folder.root, 'temp_utxo_100'))).rejects.toThrow('ENOENT')
})

test('what cannot be written is said before anything is', async () => {
  const path = join(node.node.folder.root, 'taken.dat')
  await writeFile(path, '')
  expect(await node.failure('dumptxoutset', 'taken.dat', 'latest')).toBe(
    `-8 ${path} already exists. If you are sure this is what you want, move it out of the way first`,
  )
  expect(await node.failure('dumptxoutset', 'no/where', 'latest')).toMatch(
    /^-8 Couldn't open file .*where.incomplete for/,
  )
  expect(await node.failure('dumptxoutset', 'x', 'bogus')).toBe(
    '-8 Invalid snapshot type "bogus" specified. Please specify "rollback" or "latest"',
  )
  expect(await node.failure('dumptxoutset', 'x', 'latest', { rollback: 5 })).toBe(
    '-8 Invalid snapshot type "latest" specified with rollback option',
  )
  expect(await node.failure('dumptxoutset', 'x', 'rollback')).toBe('-8 Target block height 299 after current tip 204')
})
