import { hashToDisplay } from '@ply/primitives'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { STRANGER, TestWallets } from './test/testWallets.ts'

let wallets: TestWallets
let heard: string[]
beforeEach(async () => {
  wallets = await TestWallets.start()
  heard = []
  wallets.heard = ({ wallet, txid, block }) => heard.push(`${wallet} ${hashToDisplay(txid)} ${block?.height ?? -1}`)
  await wallets.restart()
})
afterEach(() => wallets.remove())

const take = (): string[] => heard.splice(0)

test('a transaction is told of when it comes, when a block has it, and when none has it any more', async () => {
  await wallets.fund('a')
  expect(take()).toEqual([expect.stringMatching(/^a [0-9a-f]{64} 1$/)])
  const txid = await wallets.call<string>('a', 'sendtoaddress', STRANGER, 1)
  expect(take()).toEqual([`a ${txid} -1`])
  await wallets.mine(1)
  expect(take()).toEqual([`a ${txid} 102`])
  const tip = await wallets.call<string>(undefined, 'getbestblockhash')
  await wallets.call(undefined, 'invalidateblock', tip)
  expect(take()).toEqual([`a ${txid} -1`])
  await wallets.call(undefined, 'reconsiderblock', tip)
  expect(take()).toEqual([`a ${txid} 102`])
})

test('one that is replaced in the mempool is not told of', async () => {
  await wallets.fund('a')
  const first = await wallets.call<string>('a', 'sendtoaddress', STRANGER, 1)
  take()
  const { txid } = await wallets.call<{ txid: string }>('a', 'bumpfee', first)
  expect(take()).toEqual([`a ${txid} -1`])
  await wallets.mine(1)
  expect(take()).toEqual([`a ${txid} 102`])
})

test('one that a block rules out is told of', async () => {
  await wallets.fund('a')
  const coins = await wallets.call<{ txid: string; vout: number }[]>('a', 'listunspent')
  const inputs = coins.map(({ txid, vout }) => ({ txid, vout }))
  const raw = await wallets.call<string>(undefined, 'createrawtransaction', inputs, [{ [STRANGER]: 49 }])
  const { hex } = await wallets.call<{ hex: string }>('a', 'signrawtransactionwithwallet', raw)
  const first = await wallets.call<string>('a', 'sendtoaddress', STRANGER, 1)
  take()
  await wallets.call(undefined, 'generateblock', STRANGER, [hex])
  const told = take()
  expect(told).toHaveLength(2)
  expect(told).toContain(`a ${first} -1`)
  expect(told).toContainEqual(expect.stringMatching(/ 102$/))
})

test('a rescan tells again, and a restart does not', async () => {
  await wallets.fund('a')
  const [first] = take()
  await wallets.restart()
  await wallets.call(undefined, 'loadwallet', 'a')
  expect(take()).toEqual([])
  await wallets.call('a', 'rescanblockchain')
  expect(take()).toEqual([first])
})
