import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { computeTxid, hashToDisplay } from '@ply/primitives'
import { TestNetwork, type TestNode } from './test/testNetwork.ts'

let network: TestNetwork
let alice: TestNode
let bob: TestNode

async function open(): Promise<void> {
  network = new TestNetwork()
  alice = await network.add('alice')
  bob = await network.add('bob')
}
const close = (): Promise<void> => network.stop()

const balances = async (node: TestNode): Promise<readonly (readonly [string, bigint])[]> =>
  (await node.rows('listpeerchannels', 'channels')).map((row) => [
    row['state'] as string,
    BigInt(row['to_us_msat'] as bigint),
  ])

async function pay(from: TestNode, to: TestNode, amount: string): Promise<void> {
  const invoice = await to.call('invoice', [amount, `${to.name} ${Math.floor(to.log.length)} ${amount}`, 'tea'])
  const paid = await from.call('pay', [invoice['bolt11'] as string])
  expect(paid['status']).toBe('complete')
}

describe('two nodes over real sockets', () => {
  beforeEach(open)
  afterEach(close)

  test('open a channel, pay to and fro, close it, and every satoshi is accounted for', async () => {
    await network.fund(alice, 2_000_000n)
    const before = await alice.balance()
    await network.open(alice, bob, 1_000_000, { push_msat: '100000sat' })
    await pay(alice, bob, '50000sat')
    await pay(bob, alice, '20000sat')
    expect((await balances(bob))[0]).toEqual(['normal', 130_000_000n])

    const closing = bob.until('channel-closing')
    const closed = await alice.call('close', [bob.id])
    expect(closed['type']).toBe('mutual')
    expect(closed['txid']).toBe(hashToDisplay(computeTxid(network.chain.mempool[0]!)))
    await closing
    await network.mine()
    expect(await bob.balance()).toBe(130_000n)
    const fees = before - (await alice.balance()) - 130_000n
    expect(fees).toBeGreaterThan(0n)
    expect(fees).toBeLessThan(5_000n)
  })

  test('a node that was off comes back from its store, makes up for missed blocks, and goes on', async () => {
    await network.fund(alice, 2_000_000n)
    await network.open(alice, bob, 1_000_000)
    await pay(alice, bob, '10000sat')
    await bob.node.stop()
    network.nodes.splice(1, 1)
    await network.mine(3)
    network.chain.disconnect(2)
    await network.mine(4)
    await bob.start()
    network.nodes.push(bob)
    await bob.connect(alice)
    await Promise.all([alice.untilUsable(bob.id), bob.untilUsable(alice.id)])
    expect((await bob.call('getinfo'))['blockheight']).toBe(network.chain.height)
    await pay(alice, bob, '5000sat')
    await pay(bob, alice, '1000sat')
    expect((await balances(bob))[0]).toEqual(['normal', 14_000_000n])
  })

  test('a forced close brings the coins home after the delay', async () => {
    await network.fund(alice, 2_000_000n)
    const before = await alice.balance()
    await network.open(alice, bob, 1_000_000, { push_msat: '200000sat' })
    const closed = await alice.call('close', { id: bob.id, force: true })
    expect(closed['type']).toBe('unilateral')
    await network.mine()
    await network.mine(150)
    expect(await bob.balance()).toBeGreaterThan(195_000n)
    const lost = before - (await alice.balance()) - 200_000n
    expect(lost).toBeGreaterThan(0n)
    expect(lost).toBeLessThan(10_000n)
  })
})

test('a reorganisation takes back blocks from before a new node began, and its coins are unconfirmed again', async () => {
  await open()
  try {
    const depth = 3
    await network.fund(alice, 2_000_000n, 1)
    const status = async (): Promise<unknown> => (await alice.rows('listfunds', 'outputs')).map((row) => row['status'])
    expect(await status()).toEqual(['confirmed'])
    network.chain.disconnect(depth, { drop: true })
    await network.settle()
    expect(await status()).toEqual(['unconfirmed'])
    await network.mine(depth + 1)
    expect((await alice.call('getinfo'))['blockheight']).toBe(network.chain.height)
  } finally {
    await close()
  }
})

describe('three nodes', () => {
  beforeEach(open)
  afterEach(close)

  test('a payment over two hops, found by gossip, with the fee of the one in between', async () => {
    const carol = await network.add('carol')
    await network.fund(alice, 2_000_000n)
    await network.fund(bob, 2_000_000n)
    await network.open(alice, bob, 1_000_000)
    await network.open(bob, carol, 1_000_000)
    await Promise.all([alice, bob, carol].map((node) => node.untilEdges(4)))
    const invoice = await carol.call('invoice', ['100000sat', 'cake', 'cake'])
    const paid = await alice.call('pay', { bolt11: invoice['bolt11'] as string, retry_for: 20 })
    expect(paid['status']).toBe('complete')
    expect(BigInt(paid['amount_sent_msat'] as bigint) - 100_000_000n).toBe(2_000n)
    const [row] = await carol.rows('listinvoices', 'invoices', ['cake'])
    expect(row).toMatchObject({ label: 'cake', status: 'paid', amount_received_msat: 100_000_000n })
  })
})

describe('what cannot be done is a named error', () => {
  beforeAll(open)
  afterAll(close)

  test.each([
    ['connect', ['nonsense'], 'should be id@host:port'],
    ['connect', ['00@127.0.0.1:1'], 'should be a node id'],
    ['fundchannel', ['04'.repeat(33), 100_000], 'should be a node id'],
    ['fundchannel', ['02'.repeat(33), 100_000], 'not connected'],
    ['pay', ['lnbcrt1nonsense'], 'Invalid bolt11'],
    ['invoice', ['many', 'label', 'text'], "'many' is not an amount"],
    ['invoice', ['1sat', '', 'text'], 'label'],
    ['close', ['1x1x1'], 'no such channel'],
    ['withdraw', ['bcrt1nonsense', 1000], 'destination'],
    ['newaddr', ['taproot'], 'bech32, p2tr or all'],
  ])('%s %j', async (method, params, message) => {
    await expect(alice.call(method, params)).rejects.toThrow(message)
  })

  test('a peer that is not there, a wallet without coins, a label twice', async () => {
    await expect(alice.call('connect', [`${bob.id}@127.0.0.1:1`])).rejects.toThrow()
    await expect(alice.call('fundchannel', [bob.id, 100_000])).rejects.toThrow()
    await alice.connect(bob)
    await expect(alice.call('fundchannel', [bob.id, 100_000])).rejects.toThrow('insufficient funds')
    const address = await bob.call('newaddr')
    await expect(alice.call('withdraw', [address['bech32'] as string, 'all'])).rejects.toThrow('insufficient funds')
    await alice.call('invoice', ['1sat', 'same', 'text'])
    await expect(alice.call('invoice', ['1sat', 'same', 'text'])).rejects.toThrow('Duplicate label')
  })
})
