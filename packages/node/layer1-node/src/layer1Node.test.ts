import { mkdir } from 'node:fs/promises'
import { afterEach, expect, test } from 'vitest'
import { bytesToHex, unwrap } from '@ply/bytes'
import { mineBlock } from '@ply/mining'
import { computeTxid, encodeTransaction, hashToDisplay } from '@ply/primitives'
import { LockError } from '@ply/storage'
import { eventually, OPEN_ADDRESS, OPEN_SCRIPT, openOutput, spend, TestNode } from './test/testNode.ts'

const nodes: TestNode[] = []
afterEach(async () => {
  for (const node of nodes.splice(0)) await node.remove()
})
async function start(...args: Parameters<typeof TestNode.start>): Promise<TestNode> {
  const node = await TestNode.start(...args)
  nodes.push(node)
  return node
}
const sameTip = (a: TestNode, b: TestNode) => (): boolean =>
  hashToDisplay(a.node.chain.tip.hash) === hashToDisplay(b.node.chain.tip.hash)
const hex = (tx: Parameters<typeof encodeTransaction>[0]): string => bytesToHex(encodeTransaction(tx))

test('two nodes sync 200 blocks, relay a transaction, part, and meet again on the longer chain', async () => {
  const alice = await start()
  await alice.mine(200)
  const bob = await start({ connect: [alice.address] })
  await eventually([bob], sameTip(alice, bob))
  expect(bob.node.chain.tip.height).toBe(200)
  expect(await bob.call('gettxoutsetinfo')).toEqual(await alice.call('gettxoutsetinfo'))

  // A node that is catching up wants no transactions: wait until Alice heard that Bob is done.
  await eventually([alice], () => alice.node.peers.peers()[0]!.feeFilter < 1000n)
  const tx = spend(await alice.coinbase(1))
  await alice.call('sendrawtransaction', hex(tx))
  await eventually([bob], () => bob.node.mempool.mempool.size === 1)
  await bob.mine(1)
  await eventually([alice], sameTip(alice, bob))
  expect(alice.node.mempool.mempool.size).toBe(0)

  // Each mines on its own; the longer branch wins, and what only the other confirmed is unconfirmed again.
  await bob.call('disconnectnode', alice.address)
  bob.node.peers.dialer.remove(alice.address)
  await eventually([alice, bob], () => alice.node.peers.peers().length === 0 && bob.node.peers.peers().length === 0)
  const second = spend(tx)
  await alice.call('sendrawtransaction', hex(second))
  await alice.mine(2)
  await bob.mine(4)
  expect(await alice.call('getmempoolinfo')).toMatchObject({ size: 0 })
  await alice.call('addnode', bob.address, 'onetry')
  await eventually([alice, bob], sameTip(alice, bob))
  expect(alice.node.chain.tip.height).toBe(205)
  expect(alice.node.mempool.mempool.get(computeTxid(second))).toBeDefined()
  expect(await alice.call('gettxoutsetinfo')).toEqual(await bob.call('gettxoutsetinfo'))
  const tips = (await alice.call('getchaintips')) as { status: string; branchlen: number }[]
  expect(tips.map(({ status, branchlen }) => [status, branchlen])).toEqual([
    ['active', 0],
    ['valid-fork', 2],
  ])
})

test('a restarted node has its chain, its coins and its mempool, and goes on', async () => {
  const node = await start()
  await node.mine(110)
  const tx = spend(await node.coinbase(1))
  await node.call('sendrawtransaction', hex(tx))
  const before = await node.call('gettxoutsetinfo')
  await node.restart()
  expect(await node.call('gettxoutsetinfo')).toEqual(before)
  expect(await node.call('getrawmempool')).toEqual([hashToDisplay(computeTxid(tx))])
  await node.mine(1)
  expect(await node.call('getrawmempool')).toEqual([])
  expect(await node.call('getrawtransaction', hashToDisplay(computeTxid(tx)), true)).toMatchObject({ confirmations: 1 })
})

test('corrections of fees outlive a restart, also for transactions that are still to come', async () => {
  const node = await start()
  await node.mine(110)
  const tx = spend(await node.coinbase(1))
  await node.call('sendrawtransaction', hex(tx))
  const here = hashToDisplay(computeTxid(tx))
  const absent = '11'.repeat(32)
  await node.call('prioritisetransaction', here, null, 5000)
  await node.call('prioritisetransaction', absent, null, -7000)
  const before = await node.call('getprioritisedtransactions')
  expect(before).toMatchObject({ [here]: { fee_delta: 5000n }, [absent]: { fee_delta: -7000n, in_mempool: false } })
  await node.restart()
  expect(await node.call('getprioritisedtransactions')).toEqual(before)
})

test('a data directory has one node at a time', async () => {
  const node = await start()
  const second = TestNode.start({ directory: node.folder })
  await expect(second).rejects.toThrow(LockError)
  await expect(second).rejects.toThrow(`${node.folder}/regtest`)
})

test('reorg builds a real fork that peers follow', async () => {
  const alice = await start()
  await alice.mine(105)
  const bob = await start({ connect: [alice.address] })
  await eventually([bob], sameTip(alice, bob))
  const before = hashToDisplay(alice.node.chain.tip.hash)
  const done = (await alice.call('reorg', 2, 3, OPEN_ADDRESS)) as { disconnected: string[]; connected: string[] }
  expect(done.disconnected).toHaveLength(2)
  expect(done.disconnected[0]).toBe(before)
  expect(done.connected).toHaveLength(3)
  await eventually([bob], sameTip(alice, bob))
  expect(hashToDisplay(bob.node.chain.tip.hash)).toBe(done.connected[2])
})

test('with automine each transaction is in a block at once; an interval follows the clock', async () => {
  const node = await start({ automine: { type: 'transaction' } })
  await node.mine(101)
  await node.call('sendrawtransaction', hex(spend(await node.coinbase(1))))
  await eventually([node], () => node.node.chain.tip.height === 102)
  expect(await node.call('getrawmempool')).toEqual([])
  expect(await node.call('setautomine', 'off')).toEqual({ mode: 'off' })
  await node.mine(1)
  await node.call('sendrawtransaction', hex(spend(await node.coinbase(2))))
  expect(await node.call('getrawmempool')).toHaveLength(1)
  expect(await node.call('setautomine', true)).toEqual({ mode: 'transaction' })
  await eventually([node], () => node.node.mempool.mempool.size === 0)
})

test('a longer chain that turns out invalid leads back, and the mempool with it', async () => {
  const node = await start()
  await node.mine(105)
  const first = spend(await node.coinbase(1))
  await node.call('sendrawtransaction', hex(first))
  await node.mine(1)
  const second = spend(first)
  await node.call('sendrawtransaction', hex(second))
  const { chain, miner } = node.node
  const tip = chain.tip

  // Two empty blocks below the tip; the second one pays its miner too much.
  const fork = tip.previous!
  const good = unwrap(
    await chain.acceptBlock((await miner.mine({ scriptPubKey: OPEN_SCRIPT, packages: [], previous: fork }))!, {
      requested: true,
    }),
  )
  const { block } = miner.template({ scriptPubKey: OPEN_SCRIPT, packages: [], previous: good })
  const coinbase = block.transactions[0]!
  const [reward, ...others] = coinbase.outputs
  const greedy = { ...coinbase, outputs: [openOutput(reward!.value + 1n), ...others] }
  const header = { ...block.header, merkleRoot: computeTxid(greedy) }
  const bad = mineBlock({ header, transactions: [greedy] })!
  expect(await chain.acceptBlock(bad, { requested: true })).toMatchObject({ error: { reason: 'bad-cb-amount' } })
  expect(chain.tip).toBe(tip)
  expect(await node.call('getrawmempool')).toEqual([hashToDisplay(computeTxid(second))])
  await node.mine(1)
  expect(await node.call('getrawmempool')).toEqual([])
})

test('a mempool that cannot be saved keeps nothing else from being written', async () => {
  const node = await start()
  await node.mine(3)
  await mkdir(node.node.folder.mempool)
  await node.restart()
  expect(node.node.chain.tip.height).toBe(3)
})
