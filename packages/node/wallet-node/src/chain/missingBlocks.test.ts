import { join } from 'node:path'
import { hexToBytes } from '@ply/bytes'
import { type BlockHash, REGTEST } from '@ply/primitives'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { STRANGER, TestWallets } from '../test/testWallets.ts'

const BASE = 112
let miner: TestWallets
let node: TestWallets
let snapshot: Record<string, string & number>
const backup = (name: string): string => join(miner.folder, `${name}.backup`)
const bytes = (hex: string): Uint8Array => hexToBytes(hex).reverse()

/** Gives the node the blocks between two heights, or their headers alone. */
async function feed(from: number, to: number, method = 'submitblock'): Promise<void> {
  for (let height = from; height <= to; height++) {
    const hash = await miner.call<string>(undefined, 'getblockhash', height)
    await node.call(undefined, method, await miner.call<string>(undefined, 'getblock', hash, 0))
  }
}

/** A node of which only coins, and the first sixty blocks, are there; and backups of a wallet at both ends. */
beforeEach(async () => {
  miner = await TestWallets.start()
  await miner.call(undefined, 'createwallet', 'w')
  const address = await miner.call<string>('w', 'getnewaddress')
  await miner.mine(60)
  await miner.call('w', 'backupwallet', backup('early'))
  await miner.mine(BASE - 60)
  await miner.call('w', 'backupwallet', backup('late'))
  snapshot = await miner.call(undefined, 'dumptxoutset', 'utxo.dat', 'latest')
  await miner.mine(1, address)
  await miner.mine(3)
  const data = {
    height: BASE,
    blockHash: bytes(snapshot['base_hash']!) as BlockHash,
    coinsHash: bytes(snapshot['txoutset_hash']!),
    chainTransactionCount: snapshot['nchaintx']!,
  }
  node = await TestWallets.start({ ...REGTEST, assumeutxo: [data] })
  await feed(1, 60)
  await feed(61, BASE, 'submitheader')
})
afterEach(async () => {
  await node.remove()
  await miner.remove()
})

const load = () => node.call(undefined, 'loadtxoutset', snapshot['path']!)
const restore = (name: string) => node.call(undefined, 'restorewallet', name, backup(name))
const notBefore = (height: number) => `able to load successfully after node sync reaches height ${height}`

test('a wallet waits for blocks under a snapshot that it has not seen', async () => {
  await load()
  await expect(restore('early')).rejects.toThrow(notBefore(BASE))
  await restore('late')
  await feed(BASE + 1, BASE + 4)
  expect(await node.call('late', 'getbalances')).toMatchObject({ mine: { immature: 50 } })
  await node.call(undefined, 'unloadwallet', 'late')
  await node.mine(1)
  await expect(restore('early')).rejects.toThrow(notBefore(BASE + 1))
  await feed(61, BASE)
  await node.node.chain.historySettled()
  await restore('early')
  expect(await node.call('early', 'getbalances')).toMatchObject({ mine: { immature: 50 } })
})

test('a wallet that was there before the snapshot goes on with the blocks above it', async () => {
  await restore('late')
  await load()
  await feed(BASE + 1, BASE + 4)
  expect(await node.call('late', 'getbalances')).toMatchObject({ mine: { immature: 50 } })
  expect(await node.call('late', 'getwalletinfo')).toMatchObject({ lastprocessedblock: { height: BASE + 4 } })
})

test('looking at blocks that are still to come fails, and says why', async () => {
  await load()
  await node.call(undefined, 'createwallet', 'watch', true)
  const background = /likely (?:caused by|due to) an in-progress assumeutxo background sync/
  await expect(node.call('watch', 'rescanblockchain', 50)).rejects.toThrow(background)
  expect(await node.call('watch', 'rescanblockchain', 50, 60)).toEqual({ start_height: 50, stop_height: 60 })
  const { descriptor: desc } = await node.call<{ descriptor: string }>(
    undefined,
    'getdescriptorinfo',
    `addr(${STRANGER})`,
  )
  const { time } = await node.call<{ time: number }>(undefined, 'getblockchaininfo')
  const [result] = await node.call<{ error: { message: string } }[]>('watch', 'importdescriptors', [
    { desc, timestamp: 0 },
  ])
  expect(result!.error.message).toMatch(
    `error reading a block from time ${time}, which is after or within 7200 seconds`,
  )
  expect(result!.error.message).toMatch(background)
})
