import { createConnection } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { createTcpTransport } from '@ply/net'
import type { Connection } from '@ply/ports'
import { FakeTor, SERVICE_ID } from '../test/fakeTor.ts'
import { TestNode } from '../test/testNode.ts'
import type { I2pService } from './connectionEnds.ts'

const cleanup: (() => unknown)[] = []
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo()
})

async function start(options: Parameters<typeof TestNode.start>[0] = {}): Promise<TestNode> {
  const node = await TestNode.start(options)
  cleanup.push(() => node.remove())
  return node
}

interface NetworkInfo {
  readonly networks: readonly { readonly name: string; readonly reachable: boolean; readonly proxy: string }[]
  readonly localaddresses: readonly { readonly address: string; readonly port: number }[]
}

async function networkInfo(node: TestNode) {
  const { networks, localaddresses } = (await node.json('getnetworkinfo')) as NetworkInfo
  const onion = networks.find(({ name }) => name === 'onion')
  return { onion, local: localaddresses.map(({ address, port }) => `${address}:${port}`) }
}

it('Tor makes a service, which is told to others, and shows the way into it', async () => {
  const tor = await FakeTor.start()
  cleanup.push(() => tor.close())
  const settings = { control: tor.address, password: '', target: '127.0.0.1:1', takesProxy: true }
  const node = await start({ tor: settings })
  await tor.received(4)
  await expect.poll(async () => (await networkInfo(node)).local).toEqual([`${SERVICE_ID}.onion:18444`])
  expect((await networkInfo(node)).onion).toMatchObject({ reachable: true, proxy: '127.0.0.1:9150' })
  tor.hangUp()
  await expect.poll(async () => (await networkInfo(node)).local).toEqual([])
  // The proxy was there, and may be again.
  expect((await networkInfo(node)).onion).toMatchObject({ reachable: true })
})

it('Tor stays closed to us where another network alone is wanted', async () => {
  const tor = await FakeTor.start()
  cleanup.push(() => tor.close())
  const settings = { control: tor.address, password: '', target: '127.0.0.1:1', takesProxy: true }
  const node = await start({ tor: settings, connections: { onlyNetworks: new Set(['ipv4']) } })
  await tor.received(4)
  await expect.poll(async () => (await networkInfo(node)).onion?.proxy).toBe('127.0.0.1:9150')
  expect((await networkInfo(node)).onion?.reachable).toBe(false)
  expect((await networkInfo(node)).local).toEqual([])
})

it('who comes to the address of an onion service is in Tor', async () => {
  const node = await start({ listen: [{ address: '127.0.0.1:0' }, { address: '127.0.0.1:0', onion: true }] })
  expect(node.node.peers.listening).toBe(node.address)
  const bound = node.node.peers.bound
  for (const address of bound) {
    const [host, port] = address.split(':')
    const socket = createConnection({ host: host!, port: Number(port) })
    cleanup.push(() => socket.destroy())
  }
  const networks = async () =>
    ((await node.json('getpeerinfo')) as { network: string }[]).map(({ network }) => network).sort()
  await expect.poll(networks).toEqual(['not_publicly_routable', 'onion'])
})

it('peers in I2P come by the router, at an address that is told to others', async () => {
  const own = 'h3r6bkn46qxftwja53pxiykntegfyfjqtnzbm6iv6r5mungmqgmq.b32.i2p:0'
  let handlers: Parameters<I2pService['serve']>[0] | undefined
  const calls: string[] = []
  const i2p: I2pService = {
    serve: (given) => {
      handlers = given
      return () => void calls.push('stopped')
    },
    close: () => void calls.push('closed'),
  }
  const node = await start({ i2p, connections: { proxies: { i2p: '127.0.0.1:7656' } } })
  handlers?.listening(own)
  expect((await networkInfo(node)).local).toEqual([own])
  const transport = createTcpTransport()
  const listener = await transport.listen('127.0.0.1:0', (connection: Connection) => handlers?.accepted(connection))
  cleanup.push(() => listener.close())
  const peer = await transport.connect(listener.address, 5000)
  cleanup.push(() => peer.close())
  await expect.poll(() => node.node.peers.peers().map(({ kind }) => kind)).toEqual(['inbound'])
  handlers?.listening(undefined)
  expect((await networkInfo(node)).local).toEqual([])
  await node.node.stop()
  expect(calls).toEqual(['stopped', 'closed'])
})

it('an address that is taken is named, and one that need not be is passed over', async () => {
  const first = await start()
  const taken = { address: first.address }
  await expect(start({ listen: [taken] })).rejects.toThrow(
    `Unable to bind to ${first.address} on this computer. Bitcoin Core is probably already running.`,
  )
  const second = await start({ listen: [{ ...taken, optional: true }, { address: '127.0.0.1:0' }] })
  expect(second.node.peers.bound).toHaveLength(1)
})
