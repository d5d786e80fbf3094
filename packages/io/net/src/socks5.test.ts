import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { createTcpTransport } from './tcpTransport.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** A proxy that answers with these bytes, one answer for each thing it is told, and what it was told. */
async function startProxy(
  answers: readonly (readonly number[])[],
  at: { readonly path: string } | { readonly host: string; readonly port: number } = { host: '127.0.0.1', port: 0 },
) {
  const told: string[] = []
  const left = [...answers]
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (bytes) => {
      told.push(bytes.toString('latin1'))
      const answer = left.shift()
      if (answer) socket.write(Uint8Array.from(answer))
      else socket.end()
    })
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen({ ...at }, resolve))
  const bound = server.address() as AddressInfo | string
  return { told, address: typeof bound === 'string' ? bound : `127.0.0.1:${bound.port}` }
}

const ONION = 'pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion:8333'
const CONNECTED = [5, 0, 0, 1, 0, 0, 0, 0, 0, 0]

test('leads to an onion service, by its name, and carries what follows', async () => {
  const { told, address } = await startProxy([
    [5, 0],
    [...CONNECTED, 104, 105],
  ])
  const transport = createTcpTransport({ proxies: { onion: address, randomize: false } })
  const connection = await transport.connect(ONION, 5000)
  expect(connection.remoteAddress).toBe(ONION)
  const greeting = await new Promise<string>((resolve) =>
    connection.listen({ data: (bytes) => resolve(String.fromCharCode(...bytes)), closed: () => resolve('closed') }),
  )
  expect(greeting).toBe('hi')
  const [host] = ONION.split(':')
  expect(told).toEqual(['\x05\x01\x00', `\x05\x01\x00\x03${String.fromCharCode(host!.length)}${host}\x20\x8d`])
  connection.close()
})

test('gives each connection credentials of its own', async () => {
  const { told, address } = await startProxy([[5, 2], [1, 0], CONNECTED, [5, 2], [1, 0], CONNECTED])
  const transport = createTcpTransport({ proxies: { ipv4: address, randomize: true } })
  const first = await transport.connect('9.9.9.9:1', 5000)
  const second = await transport.connect('9.9.9.9:1', 5000)
  expect(told[0]).toBe('\x05\x02\x00\x02')
  expect(told[1]).toHaveLength(1 + 17 + 17)
  expect(told[1]).not.toBe(told[4])
  first.close()
  second.close()
})

test.each([
  ['the proxy speaks no SOCKS5', [[4, 0]]],
  ['the proxy wants another authentication', [[5, 255]]],
  [
    'the proxy cannot connect: host unreachable',
    [
      [5, 0],
      [5, 4, 0, 1],
    ],
  ],
  [
    'the proxy answered with an unknown address',
    [
      [5, 0],
      [5, 0, 0, 9],
    ],
  ],
  ['the proxy closed the connection', []],
])('%s', async (message, answers) => {
  const { address } = await startProxy(answers)
  const transport = createTcpTransport({ proxies: { ipv4: address, randomize: false } })
  await expect(transport.connect('9.9.9.9:1', 5000)).rejects.toThrow(message)
})

test('onion services need a proxy, our own machine none', async () => {
  await expect(createTcpTransport().connect(ONION, 5000)).rejects.toThrow('can be reached through a proxy only')
  const { address, told } = await startProxy([])
  const transport = createTcpTransport({ proxies: { ipv4: '127.0.0.1:1', randomize: false } })
  const connection = await transport.connect(address, 5000)
  expect(connection.remoteAddress).toBe(address)
  expect(told).toEqual([])
  connection.close()
})

test('one connection goes another way than the others, and a hidden one never without a proxy', async () => {
  const { told, address } = await startProxy([[5, 2], [1, 0], CONNECTED])
  const transport = createTcpTransport({ proxies: { ipv4: '127.0.0.1:1', randomize: false } })
  const way = { proxy: { address, randomize: true }, hidden: true }
  ;(await transport.connect('9.9.9.9:1', 5000, way)).close()
  expect(told).toHaveLength(3)
  await expect(createTcpTransport().connect(address, 5000, { hidden: true })).rejects.toThrow(
    'can be reached through a proxy only',
  )
})

test('each network has a proxy of its own, and names have one', async () => {
  const started = await Promise.all([0, 1, 2].map(() => startProxy([[5, 0], CONNECTED])))
  const [ipv4, ipv6, name] = started.map(({ address }) => address)
  const transport = createTcpTransport({ proxies: { ipv4, ipv6, name, randomize: false } })
  for (const target of ['9.9.9.9:1', '[2620:fe::9]:1', 'node.noumenon:8333']) {
    ;(await transport.connect(target, 5000)).close()
  }
  expect(started.map(({ told }) => told[1]?.slice(5, -2))).toEqual(['9.9.9.9', '2620:fe::9', 'node.noumenon'])
})

test('a proxy may listen on a Unix socket', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ply-net-'))
  const path = join(folder, 'socket')
  const { told } = await startProxy([[5, 0], CONNECTED], { path })
  const transport = createTcpTransport({ proxies: { ipv4: `unix:${path}`, randomize: false } })
  ;(await transport.connect('9.9.9.9:1', 5000)).close()
  expect(told[1]).toContain('9.9.9.9')
  await rm(folder, { recursive: true })
})
