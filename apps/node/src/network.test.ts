import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mempoolJs from '@mempool/mempool.js'
import { p2wpkh, TEST_NETWORK, Transaction, WIF } from '@scure/btc-signer'
import { pubECDSA } from '@scure/btc-signer/utils.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Json, JsonObject } from '@ply/rpc'
import { OPEN_ADDRESS } from './test/openCoins.ts'
import { PlydProcess } from './test/plydProcess.ts'

const REGTEST = { ...TEST_NETWORK, bech32: 'bcrt' }
const ELSEWHERE = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080'

let folder: string
/** In a line: the second is connected to the first, the third to the second. */
let nodes: [PlydProcess, PlydProcess, PlydProcess]
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ply-network-'))
  const start = (name: string, ...args: string[]): Promise<PlydProcess> =>
    PlydProcess.start({ folder: join(folder, name), args })
  const first = await start('first', '--esplora', '0', '--accounts', '2')
  const second = await start('second', '--connect', first.p2pAddress)
  const third = await start('third', '--connect', second.p2pAddress)
  nodes = [first, second, third]
})
afterAll(async () => {
  for (const node of nodes) await node.kill()
  await rm(folder, { recursive: true, force: true })
})

/** Asks until the answer is as wanted; the time limit is the test's. */
async function eventually(ask: () => Promise<Json>, wanted: Json): Promise<void> {
  while (JSON.stringify(await ask()) !== JSON.stringify(wanted));
}

const tip = (node: PlydProcess): Promise<Json> => node.call('getbestblockhash')
const pool = (node: PlydProcess): Promise<Json> => node.call('getrawmempool')

async function allFollow(leader: PlydProcess): Promise<void> {
  const hash = await tip(leader)
  for (const node of nodes) await node.call('waitforblock', String(hash))
  const sets = await Promise.all(nodes.map((node) => node.call('gettxoutsetinfo')))
  const hashes = new Set(sets.map((set) => (set as JsonObject)['hash_serialized_3']))
  expect(hashes.size).toBe(1)
}

test('what one mines, all follow', async () => {
  const [first, , third] = nodes
  await allFollow(first)
  await third.call('generatetoaddress', 5, OPEN_ADDRESS)
  await allFollow(third)
})

test('a wallet and an explorer that nobody here wrote pay through it', async () => {
  const [first, , third] = nodes
  const { bitcoin } = mempoolJs({
    hostname: String(first.config['esplora']).replace('http://', ''),
    protocol: 'http',
  })
  const [account] = first.config['accounts'] as readonly { address: string; wif: string }[]
  const key = WIF(REGTEST).decode(account!.wif)
  const payment = p2wpkh(pubECDSA(key), REGTEST)
  expect(payment.address).toBe(account!.address)

  const [coin] = await bitcoin.addresses.getAddressTxsUtxo({ address: account!.address })
  const tx = new Transaction()
  const witnessUtxo = { script: payment.script, amount: BigInt(coin!.value) }
  tx.addInput({ txid: coin!.txid, index: coin!.vout, witnessUtxo })
  tx.addOutputAddress(ELSEWHERE, 10_0000_0000n, REGTEST)
  tx.addOutputAddress(account!.address, BigInt(coin!.value) - 10_0000_1000n, REGTEST)
  tx.sign(key)
  tx.finalize()
  const txid = await bitcoin.transactions.postTx({ txhex: tx.hex })
  expect(txid).toBe(tx.id)

  await eventually(() => pool(third), [tx.id])
  expect(await bitcoin.transactions.getTx({ txid: tx.id })).toMatchObject({ fee: 1000, status: { confirmed: false } })
  await third.call('generatetoaddress', 1, OPEN_ADDRESS)
  await allFollow(third)
  expect(await bitcoin.transactions.getTxStatus({ txid: tx.id })).toMatchObject({ confirmed: true })
  const balance = await bitcoin.addresses.getAddress({ address: account!.address })
  expect(balance.chain_stats).toMatchObject({ funded_txo_sum: 89_9999_9000, spent_txo_sum: 50_0000_0000 })
})

test('parts that lost sight of each other agree again on the better chain', async () => {
  const [first, second, third] = nodes
  await second.call('setnetworkactive', false)
  await eventually(() => second.call('getpeerinfo'), [])
  await first.call('generatetoaddress', 3, OPEN_ADDRESS)
  await third.call('generatetoaddress', 4, ELSEWHERE)
  expect(await tip(first)).not.toBe(await tip(third))
  await second.call('setnetworkactive', true)
  await allFollow(third)
  const tips = (await first.call('getchaintips')) as readonly JsonObject[]
  expect(tips.map(({ status, branchlen }) => [status, branchlen])).toEqual([
    ['active', 0],
    ['valid-fork', 3],
  ])
})
