import { existsSync } from 'node:fs'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { concatBytes } from '@ply/bytes'
import { hashToDisplay } from '@ply/primitives'
import { NODE_NETWORK } from '@ply/p2p'
import { createChainBackend } from '../chainBackend.ts'
import { SnapshotFixture } from '../test/snapshotFixture.ts'
import { hexOf, spend, type TestNode } from '../test/testNode.ts'

const BASE = 112
const TIP = 122
let fixture: SnapshotFixture
beforeAll(async () => {
  fixture = await SnapshotFixture.create({ height: BASE, above: TIP - BASE })
})
afterAll(() => fixture.remove())

let node: TestNode
afterEach(() => node.remove())

const load = (path = fixture.path): Promise<unknown> => node.json('loadtxoutset', path)
const states = async (): Promise<Record<string, unknown>[]> =>
  ((await node.json('getchainstates')) as { chainstates: Record<string, unknown>[] }).chainstates
const coinsHash = async (of = node): Promise<unknown> =>
  ((await of.json('gettxoutsetinfo', 'hash_serialized_3')) as Record<string, unknown>)['hash_serialized_3']

test('the chain goes on from the coins at once, and checks the blocks up to them behind its tip', async () => {
  node = await fixture.follower(60)
  const base = hashToDisplay(fixture.data.blockHash)
  expect(await load()).toEqual({ coins_loaded: BASE, tip_hash: base, base_height: BASE, path: fixture.path })
  expect(await states()).toMatchObject([
    { blocks: 60, validated: true },
    { blocks: BASE, snapshot_blockhash: base, validated: false },
  ])
  expect(await coinsHash()).toBe(hashToDisplay(fixture.data.coinsHash))
  expect(node.node.peers.services & NODE_NETWORK).toBe(0n)
  expect(await node.json('getblockchaininfo')).toMatchObject({
    blocks: BASE,
    backgroundvalidation: { snapshotheight: BASE, blocks: 60, verificationprogress: 61 / (BASE + 3) },
  })
  expect(await node.failure('getblock', base)).toBe('-1 Block not available (not fully downloaded)')
  expect(await node.failure('loadtxoutset', fixture.path)).toMatch(
    /Can't activate a snapshot-based chainstate more than/,
  )

  await fixture.feed(node, BASE + 1, TIP)
  expect(await node.json('getblockcount')).toBe(TIP)
  await fixture.feed(node, 61, BASE)
  await fixture.proven(node)
  expect(await states()).toMatchObject([{ blocks: TIP, snapshot_blockhash: base, validated: true }])
  expect(node.node.peers.services & NODE_NETWORK).toBe(NODE_NETWORK)

  // Only now it is indistinguishable from a chain that began with the first block.
  await node.restart({ network: fixture.network })
  expect(await states()).toMatchObject([{ blocks: TIP, validated: true }])
  expect(await states()).not.toHaveProperty('0.snapshot_blockhash')
  expect((await readdir(node.node.folder.root)).filter((name) => name.startsWith('chainstate'))).toEqual(['chainstate'])
  expect(await node.json('verifychain', 4, 0)).toBe(true)
})

test('a node that is started again while it checks goes on with both', async () => {
  node = await fixture.follower(30)
  await load()
  await fixture.feed(node, BASE + 1, BASE + 4)
  await fixture.feed(node, 31, 80)
  await node.restart({ network: fixture.network })
  await expect.poll(async () => (await states())[0]?.['blocks']).toBe(80)
  expect(await states()).toMatchObject([{ blocks: 80 }, { blocks: BASE + 4, validated: false }])
  expect(node.node.peers.services & NODE_NETWORK).toBe(0n)
  await fixture.feed(node, BASE + 5, TIP)
  await fixture.feed(node, 81, BASE)
  await fixture.proven(node)
  expect(await states()).toMatchObject([{ blocks: TIP, validated: true }])
})

test('blocks from the base on lie in files of their own while old ones are to come', async () => {
  node = await fixture.follower(30)
  await load()
  await fixture.feed(node, BASE + 1, TIP)
  await fixture.feed(node, 31, BASE)
  const fileAt = (height: number): number => node.node.chain.active.at(height)!.data!.file
  expect([30, 31, BASE - 1].map(fileAt)).toEqual([0, 0, 0])
  expect([BASE, BASE + 1, TIP].map(fileAt)).toEqual([1, 1, 1])
})

test('a chain that is no part of the history is left for it, and the indexes follow', async () => {
  const indexes = { coinStatsIndex: true, txIndex: true, blockFilterIndex: true }
  node = await fixture.follower(40, indexes)
  await node.mine(20)
  expect(await node.json('getblockcount')).toBe(60)
  await load()
  expect(await states()).toMatchObject([{ blocks: 60 }, { blocks: BASE }])
  expect(await node.json('getindexinfo')).toMatchObject({ txindex: { synced: false } })
  await fixture.feed(node, BASE + 1, TIP)
  await fixture.feed(node, 41, BASE)
  await fixture.proven(node)
  const synced = { synced: true, best_block_height: TIP }
  await expect
    .poll(() => node.json('getindexinfo'))
    .toMatchObject({ txindex: synced, coinstatsindex: synced, 'basic block filter index': synced })
  const muHash = async (each: TestNode): Promise<unknown> =>
    ((await each.json('gettxoutsetinfo', 'muhash')) as Record<string, unknown>)['muhash']
  expect(await muHash(node)).toBe(await muHash(fixture.miner))
})

test('what the blocks lead to is not what was loaded: the node ends, and the next one goes on without it', async () => {
  const bytes = await fixture.bytes()
  // One of the coins is said to be no coinbase, and the parameters vouch for that.
  const forged = join(fixture.miner.folder, 'forged.dat')
  const at = 51 + 32 + 1 + 1
  await writeFile(forged, concatBytes(bytes.subarray(0, at), Uint8Array.of(bytes[at]! ^ 1), bytes.subarray(at + 1)))
  node = await fixture.follower(50)
  const refused = await node.failure('loadtxoutset', forged)
  const hash = /got ([0-9a-f]{64})/.exec(refused)![1]!
  const network = fixture.networkWith({ coinsHash: Uint8Array.from(Buffer.from(hash, 'hex')).reverse() })
  const failures: unknown[] = []
  await node.restart({ network, failed: (error) => failures.push(error) })
  await load(forged)
  await fixture.feed(node, BASE + 1, TIP)
  await fixture.feed(node, 51, BASE)
  await expect.poll(() => failures.length).toBe(1)
  expect(String(failures[0])).toMatch(/resetting the chain height from 122 to 112/)
  await node.restart({ network })
  expect(existsSync(`${node.node.folder.chainstateSnapshot}_INVALID`)).toBe(true)
  expect(await states()).toMatchObject([{ blocks: TIP, validated: true }])
  expect(await coinsHash()).toBe(await coinsHash(fixture.miner))
})

test('the chain cannot leave the base before the blocks up to it were checked', async () => {
  node = await fixture.follower(100)
  await load()
  for (const height of [50, BASE]) {
    const hash = hashToDisplay(node.node.chain.active.at(height)!.hash)
    expect(await node.failure('invalidateblock', hash)).toMatch(/^-20 A block cannot be invalidated while/)
  }
  await fixture.feed(node, 101, BASE)
  await fixture.proven(node)
  await node.call('invalidateblock', hashToDisplay(node.node.chain.active.at(BASE - 1)!.hash))
  expect(await node.json('getblockcount')).toBe(BASE - 2)
})

test('who needs every block hears of none that jumps ahead, and waits for those below', async () => {
  node = await fixture.follower(60, { coinStatsIndex: true })
  const { chain } = node.node
  chain.everyBlockFor.add('a test')
  expect(await node.failure('loadtxoutset', fixture.path)).toMatch(/: a test needs every block: start without it\./)
  chain.everyBlockFor.clear()
  await load()
  const backend = createChainBackend(node.node)
  expect(await backend.getBlock(60)).toBeDefined()
  expect(await backend.getBlock(61)).toBeUndefined()
  expect(await node.failure('gettxoutsetinfo', 'muhash')).toMatch(
    /^-32603 .*coinstatsindex is still syncing\. Current height: 60$/,
  )
})

test('a file that cannot be taken leaves everything as it was', async () => {
  node = await fixture.follower(60)
  const bytes = await fixture.bytes()
  const attempt = async (contents: Uint8Array): Promise<string> => {
    const path = join(fixture.miner.folder, 'bad.dat')
    await writeFile(path, contents)
    return (await node.failure('loadtxoutset', path)).replace(` (${path})`, '')
  }
  expect(await attempt(bytes.subarray(0, -1))).toBe(
    `-32603 Unable to load UTXO snapshot: Population failed: Bad snapshot format or truncated snapshot after deserializing ${BASE - 1} coins.`,
  )
  expect(await attempt(concatBytes(bytes, Uint8Array.of(0)))).toMatch(
    /coins left over after deserializing 112 coins\.$/,
  )
  expect(await attempt(bytes.subarray(0, 30))).toMatch(/^-22 Unable to parse metadata: /)
  const flipped = bytes.slice()
  flipped[60]! ^= 1
  expect(await attempt(flipped)).toMatch(/Bad snapshot content hash: expected [0-9a-f]{64}, got [0-9a-f]{64}\.$/)
  expect(await node.failure('loadtxoutset', 'no/where')).toMatch(/^-8 Couldn't open file .* for reading\.$/)
  expect(existsSync(node.node.folder.chainstateSnapshot)).toBe(false)
  expect(await states()).toMatchObject([{ blocks: 60, validated: true }])
  await fixture.feed(node, 61, BASE)
  expect(await node.failure('loadtxoutset', fixture.path)).toMatch(/Work does not exceed active chainstate\./)
  await node.call('sendrawtransaction', hexOf(spend(await fixture.miner.coinbase(3))))
  expect(await node.failure('loadtxoutset', fixture.path)).toMatch(/Can't activate a snapshot when mempool not empty/)
})

test('coins that were not loaded as a whole do not count, and a rebuild begins without them', async () => {
  node = await fixture.follower(60)
  await load()
  await node.restart({ network: fixture.network, reindex: 'coins' })
  expect(await states()).toMatchObject([{ blocks: 60, validated: true }])
  await load()
  await node.node.stop()
  const { chainstateSnapshot } = node.node.folder
  await rm(join(chainstateSnapshot, 'base_blockhash'))
  await node.restart({ network: fixture.network })
  expect(await states()).toMatchObject([{ blocks: 60, validated: true }])
  await load()
  expect(await states()).toHaveLength(2)
  await node.node.stop()
  await writeFile(join(chainstateSnapshot, 'base_blockhash'), new Uint8Array(32).fill(0x7a))
  await expect(node.restart({ network: fixture.network })).rejects.toThrow(
    `Assumeutxo data not found for the given blockhash '${'7a'.repeat(32)}'.`,
  )
  await rm(chainstateSnapshot, { recursive: true })
  await node.restart({ network: fixture.network })
})
