import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type * as Bdk from '@metamask/bitcoindevkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadBdk } from './test/loadBdk.ts'
import { OPEN_ADDRESS } from './test/openCoins.ts'
import { PlydProcess } from './test/plydProcess.ts'

const SEED = new Uint8Array(32).fill(7)
const GAP = 5
const PARALLEL = 2
const BTC = 1_0000_0000n

let bdk: typeof Bdk
let folder: string
let node: PlydProcess
let client: Bdk.EsploraClient
beforeAll(async () => {
  bdk = await loadBdk()
  folder = await mkdtemp(join(tmpdir(), 'ply-bdk-'))
  node = await PlydProcess.start({ folder, args: ['--esplora', '0', '--accounts', '0', '--automine', 'off'] })
  client = new bdk.EsploraClient(String(node.config['esplora']), 1)
})
afterAll(async () => {
  await node.kill()
  await rm(folder, { recursive: true, force: true })
})

const sync = async (wallet: Bdk.Wallet): Promise<void> =>
  wallet.apply_update(await client.sync(wallet.start_sync_with_revealed_spks(), PARALLEL))

test.each(['p2wpkh', 'p2tr'] as const)('a wallet of the Bitcoin Dev Kit (%s) lives on Esplora', async (type) => {
  const { external, internal } = bdk.seed_to_descriptor(SEED, 'regtest', type)
  const wallet = bdk.Wallet.create('regtest', external, internal)
  const address = wallet.reveal_next_address('external').address.toString()
  await node.call('generatetoaddress', 2, address)
  await node.call('generatetoaddress', 100, OPEN_ADDRESS)
  wallet.apply_update(await client.full_scan(wallet.start_full_scan(), GAP, PARALLEL))
  const before = wallet.balance.confirmed.to_sat()
  expect(before).toBeGreaterThan(10n * BTC)
  expect(wallet.latest_checkpoint.height).toBe(await node.call('getblockcount'))

  const recipient = bdk.Recipient.from_address(
    bdk.Address.from_string(OPEN_ADDRESS, 'regtest'),
    bdk.Amount.from_sat(BTC),
  )
  const psbt = wallet.build_tx().fee_rate(new bdk.FeeRate(5n)).add_recipient(recipient).finish()
  expect(wallet.sign(psbt, new bdk.SignOptions())).toBe(true)
  const tx = psbt.extract_tx()
  const txid = tx.compute_txid().toString()
  await client.broadcast(tx)
  expect(await node.call('getrawmempool')).toEqual([txid])
  await sync(wallet)
  expect(wallet.balance.trusted_pending.to_sat()).toBeGreaterThan(0n)

  await node.call('generatetoaddress', 1, OPEN_ADDRESS)
  await sync(wallet)
  const after = wallet.balance.confirmed.to_sat()
  expect(before - after).toBeGreaterThan(BTC)
  expect(before - after).toBeLessThan(BTC + 10_000n)

  // Its block loses: the payment waits again.
  await node.call('invalidateblock', await node.call('getbestblockhash'))
  await node.call('generateblock', OPEN_ADDRESS, [])
  await sync(wallet)
  expect(wallet.balance.confirmed.to_sat()).toBeLessThan(after)
  expect(wallet.balance.total.to_sat()).toBe(after)
})
