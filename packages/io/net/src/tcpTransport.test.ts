import { mkdtemp, rm } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Connection } from '@ply/ports'
import { createTcpTransport, type TcpOptions } from './tcpTransport.ts'

interface Pair {
  readonly client: Connection
  readonly server: Connection
  close(): Promise<void>
}

async function connectPair(options: TcpOptions = {}, at = '127.0.0.1:0'): Promise<Pair> {
  const transport = createTcpTransport(options)
  let accept: (connection: Connection) => void = () => undefined
  const accepted = new Promise<Connection>((resolve) => (accept = resolve))
  const listener = await transport.listen(at, accept)
  expect(listener.address).toMatch(at.endsWith(':0') ? /^127\.0\.0\.1:[1-9]\d*$/ : at)
  const client = await transport.connect(listener.address, 5000)
  return { client, server: await accepted, close: () => listener.close() }
}

/** Resolves with everything received once `wanted` bytes are there. */
function receive(connection: Connection, wanted: number): Promise<number[]> {
  const received: number[] = []
  return new Promise((resolve, reject) => {
    connection.listen({
      data: (bytes) => {
        expect(bytes.constructor).toBe(Uint8Array)
        received.push(...bytes)
        if (received.length >= wanted) resolve(received)
      },
      closed: (reason) => reject(new Error(reason)),
    })
  })
}

const closing = (connection: Connection): Promise<string> =>
  new Promise((resolve) => connection.listen({ data: () => undefined, closed: resolve }))

test('carries bytes both ways, also those that came before anyone listened', async () => {
  const { client, server, close } = await connectPair()
  expect(server.remoteAddress).toBe(client.localAddress)
  await client.send(Uint8Array.of(1, 2, 3))
  expect(await receive(server, 3)).toEqual([1, 2, 3])
  await server.send(Uint8Array.of(9))
  expect(await receive(client, 1)).toEqual([9])
  await close()
})

test('a Unix socket carries bytes as well', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ply-net-'))
  try {
    const { client, server, close } = await connectPair({}, `unix:${join(folder, 'socket')}`)
    await client.send(Uint8Array.of(1, 2, 3))
    expect(await receive(server, 3)).toEqual([1, 2, 3])
    await close()
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('what was sent before closing arrives, then the end is told once', async () => {
  const { client, server, close } = await connectPair()
  const sent = client.send(new Uint8Array(100_000))
  client.close()
  client.close()
  await sent
  let received = 0
  const reason = await new Promise((resolve) => {
    server.listen({ data: (bytes) => (received += bytes.length), closed: resolve })
  })
  expect([received, reason]).toEqual([100_000, 'closed by peer'])
  expect(await closing(client)).toBe('closed locally')
  await expect(client.send(Uint8Array.of(1))).rejects.toThrow('closed locally')
  await close()
})

test('a peer that does not read is cut off before memory fills', async () => {
  const { client, close } = await connectPair({ maxBuffered: 1 << 20 })
  const chunk = new Uint8Array(1 << 18)
  let refused: unknown
  for (let i = 0; i < 200 && refused === undefined; i++) {
    client.send(chunk).catch((error: unknown) => (refused ??= error))
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(refused).toBeInstanceOf(Error)
  expect(await closing(client)).toBe('send buffer full')
  await close()
})

test('closing a listener ends its connections; connecting to nobody is refused', async () => {
  const { client, close } = await connectPair()
  const ended = closing(client)
  const address = client.remoteAddress
  await close()
  expect(await ended).not.toBe('')
  await expect(createTcpTransport().connect(address, 1000)).rejects.toThrow('ECONNREFUSED')
  await expect(createTcpTransport().connect('nonsense', 1000)).rejects.toThrow('lacks a port')
})

test('a peer that reads nothing but goes on sending is rid of all the same, and not heard any more', async () => {
  const transport = createTcpTransport({ closeTimeout: 100 })
  let accept: (connection: Connection) => void = () => undefined
  const accepted = new Promise<Connection>((resolve) => (accept = resolve))
  const listener = await transport.listen('127.0.0.1:0', accept)
  const peer = createConnection({ host: '127.0.0.1', port: Number(listener.address.split(':')[1]) }).pause()
  peer.on('error', () => undefined)
  const chatter = setInterval(() => peer.write(Uint8Array.of(1)), 10)
  const server = await accepted
  let heard = 0
  const closed = new Promise((resolve) => {
    server.listen({ data: () => heard++, closed: resolve })
  })
  // More than the buffers of both ends hold.
  server.send(new Uint8Array(32 << 20)).catch(() => undefined)
  server.close()
  expect(await closed).toBe('closed locally')
  expect(heard).toBe(0)
  clearInterval(chatter)
  peer.destroy()
  await listener.close()
})
