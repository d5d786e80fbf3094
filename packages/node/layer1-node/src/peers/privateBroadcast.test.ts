import { afterEach, expect, it } from 'vitest'
import { createTcpTransport } from '@ply/net'
import type { Transaction } from '@ply/primitives'
import { Socks5Proxy } from '../test/socks5Proxy.ts'
import { hexOf, idOf, spend, TestNode } from '../test/testNode.ts'

const cleanup: (() => unknown)[] = []
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo()
})

const ONION = 'pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion'

async function start(options: Parameters<typeof TestNode.start>[0] = {}): Promise<TestNode> {
  const node = await TestNode.start(options)
  cleanup.push(() => node.remove())
  return node
}

/** A node that sends privately through a proxy that leads everywhere to `receiver`, and the mined coin of both. */
async function connectThrough(receiver: TestNode) {
  const proxy = await Socks5Proxy.start(() => receiver.address)
  cleanup.push(() => proxy.close())
  const proxies = { onion: proxy.address, ipv4: proxy.address }
  const sender = await start({
    listen: [],
    transport: createTcpTransport({ proxies: { ...proxies, randomize: true } }),
    connections: { proxies, privateBroadcast: true },
  })
  await receiver.mine(101)
  for (let height = 1; height <= 101; height++) {
    const hash = await receiver.json('getblockhash', height)
    await sender.call('submitblock', (await receiver.json('getblock', hash as string, 0)) as string)
  }
  const coin: Transaction = await receiver.coinbase(1)
  return { sender, proxy, tx: spend(coin) }
}

it('sends a transaction through Tor alone, keeps it out of the pool, and forgets it when it comes back', async () => {
  const receiver = await start()
  const { sender, proxy, tx } = await connectThrough(receiver)
  for (const host of [ONION, '20.0.0.1']) await sender.call('addpeeraddress', host, 8333)
  expect(await sender.call('sendrawtransaction', hexOf(tx))).toBe(idOf(tx))
  await expect.poll(() => receiver.node.mempool.mempool.size, { timeout: 10_000 }).toBe(1)
  expect(sender.node.mempool.mempool.size).toBe(0)
  // Until a peer in Tor answered, nothing else is trusted to be reached through it.
  expect(proxy.asked[0]).toBe(`${ONION}:8333`)
  const { transactions } = (await sender.json('getprivatebroadcastinfo')) as {
    transactions: { txid: string; peers: { address: string; sent: number }[] }[]
  }
  expect(transactions.map(({ txid }) => txid)).toEqual([idOf(tx)])
  expect(transactions[0]?.peers[0]).toMatchObject({ address: `${ONION}:8333` })

  await sender.call('addnode', receiver.address, 'onetry')
  const isConnected = (): boolean => receiver.node.peers.peers().some(({ ready, version }) => ready && version > 70016)
  await expect.poll(isConnected, { timeout: 20_000 }).toBe(true)
  // Who has the transaction tells of it again.
  await receiver.call('sendrawtransaction', hexOf(tx))
  await expect.poll(() => sender.node.mempool.mempool.size, { timeout: 20_000 }).toBe(1)
  expect(await sender.json('getprivatebroadcastinfo')).toEqual({ transactions: [] })
}, 60_000)

it('refuses what the pool would, and gives up on wish', async () => {
  const { sender, tx } = await connectThrough(await start())
  const missing = spend(tx)
  expect(await sender.failure('sendrawtransaction', hexOf(missing))).toBe('-25 bad-txns-inputs-missingorspent')
  await sender.call('sendrawtransaction', hexOf(tx))
  await sender.call('sendrawtransaction', hexOf(tx))
  expect(await sender.json('abortprivatebroadcast', idOf(tx))).toMatchObject({
    removed_transactions: [{ txid: idOf(tx), hex: hexOf(tx) }],
  })
  expect(await sender.failure('abortprivatebroadcast', idOf(tx))).toBe(
    '-5 Transaction not in private broadcast queue. Check getprivatebroadcastinfo.',
  )
}, 60_000)

it('needs a way into Tor or I2P, and to be asked for', async () => {
  const wayless = await start({ connections: { privateBroadcast: true } })
  await wayless.mine(101)
  const tx = spend(await wayless.coinbase(1))
  expect(await wayless.failure('sendrawtransaction', hexOf(tx))).toMatch(/^-1 -privatebroadcast is enabled, but none/)
  const usual = await start()
  for (const [method, ...params] of [
    ['getprivatebroadcastinfo'],
    ['abortprivatebroadcast', '00'.repeat(32)],
  ] as const) {
    expect(await usual.failure(method, ...params)).toMatch(/^-32601 Private broadcast is not enabled/)
  }
})
