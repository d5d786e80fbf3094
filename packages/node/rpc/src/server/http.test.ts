import { connect, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { silentLogger } from '@ply/runtime'
import { createRpcClient } from '../client/client.ts'
import { basicAuthorization } from '../credentials.ts'
import { optional } from '../method/method.ts'
import { createRpcTable } from '../method/table.ts'
import { anything } from '../schema/schema.ts'
import type { RpcServerOptions } from './options.ts'
import { type RpcServer, startRpcServer } from './server.ts'
import { parseWhitelist } from './whitelist.ts'

const alice = { user: 'alice', password: 'a' }
const bob = { user: 'bob', password: 'b' }
const ORIGIN = 'https://wallet.example'

let release: () => void = () => undefined
let seen = 0
const group = 'Test'
const table = createRpcTable([
  {
    name: 'wait',
    group,
    help: 'Waits.',
    params: [],
    result: anything(),
    errors: [],
    handler: () => new Promise((resolve) => (release = () => resolve(++seen))),
  },
  { name: 'seen', group, help: 'Counts.', params: [], result: anything(), errors: [], handler: () => seen },
  {
    name: 'echo',
    group,
    help: 'Gives back.',
    params: [optional('x', 'any', 'X.')],
    result: anything(),
    errors: [],
    handler: (a) => a.value('x'),
  },
])

let server: RpcServer
const sockets: Socket[] = []
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await server.close(0)
})

async function start(options: Partial<RpcServerOptions> = {}): Promise<void> {
  seen = 0
  const route = (path: string) => (path === '/' ? table : undefined)
  server = await startRpcServer({ port: 0, credentials: [alice, bob], route, logger: silentLogger, ...options })
}

/** A connection on which text is written; `read` resolves with what came back once it contains `text`. */
function open(): { write(text: string): void; read(text: string): Promise<string>; ended: Promise<string> } {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  sockets.push(socket)
  let received = ''
  let look: () => void = () => undefined
  const ended = new Promise<string>((resolve) => socket.on('close', () => resolve(received)))
  socket.on('error', () => undefined)
  socket.on('data', (data) => {
    received += String(data)
    look()
  })
  const read = (text: string): Promise<string> =>
    new Promise((resolve) => {
      look = () => {
        if (received.includes(text)) resolve(received)
      }
      look()
    })
  return { write: (text) => void socket.write(text), read, ended }
}

const post = (body: string, more = ''): string =>
  `POST / HTTP/1.1\r\nHost: x\r\nAuthorization: ${basicAuthorization(alice)}\r\n${more}` +
  `Content-Length: ${body.length}\r\n\r\n${body}`

test('requests that are sent ahead wait for their turn', async () => {
  await start()
  const { write, read } = open()
  write(post('{"method":"wait"}') + post('{"method":"seen"}'))
  const client = createRpcClient({ url: server.url, auth: alice })
  expect(await client.call('seen')).toBe(0)
  client.close()
  release()
  const received = await read('"result":1,"error":null}\n')
  await read('"result":1,"error":null}\nHTTP')
  expect(received.match(/200 OK/g)?.length).toBeGreaterThan(0)
})

test('who sends far too many requests ahead is cut off', async () => {
  await start()
  const { write, ended } = open()
  write(post('{"method":"wait"}') + post('{"method":"seen"}').repeat(500))
  expect(await ended).not.toContain('200')
})

test('beyond the limit of calls there is 503', async () => {
  await start({ maxPending: 2 })
  const waiting = [open(), open()]
  for (const { write } of waiting) write(post('{"method":"wait"}'))
  const third = open()
  // The first two are in when the third is refused.
  for (let tries = 0; tries < 1000; tries++) {
    third.write(post('{"method":"seen"}'))
    if ((await third.read('HTTP')).includes('503')) break
  }
  expect(await third.read('503')).toContain('Work queue depth exceeded')
})

test('a slow or idle client is disconnected after the timeout, one that waits for an answer is not', async () => {
  await start({ timeout: 1 })
  const slow = open()
  slow.write('POST / HTTP/1.1\r\nHost: x\r\n')
  const idle = open()
  idle.write(post('{"method":"seen"}'))
  const waiting = open()
  waiting.write(post('{"method":"wait"}'))
  expect(await slow.ended).toBe('')
  expect(await idle.ended).toContain('"result":0')
  release()
  expect(await waiting.read('result')).toContain('"result":1')
})

test.each([
  ['GET / HTTP/9.9\r\nHost: x\r\n\r\n', 400],
  ['GET /safe\0/etc HTTP/1.1\r\nHost: x\r\n\r\n', 400],
  [`GET /${'x'.repeat(9000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 400],
  [`GET / HTTP/1.1\r\nHost: x\r\n${'h: foobar\r\n'.repeat(800)}\r\n`, 400],
  [`GET /${'x'.repeat(7000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 404],
  ['GET / HTTP/1.1\r\nHost: x\r\nAuthorization : y\r\n\r\n', 400],
  ['GET / HTTP/1.1\r\nHost: x\r\n\r\n', 405],
  ['TRACE / HTTP/1.1\r\nHost: x\r\n\r\n', 405],
  ['OPTIONS / HTTP/1.1\r\nHost: x\r\n\r\n', 405],
  ['CONNECT / HTTP/1.1\r\nHost: x\r\n\r\n', 405],
  ['GET /../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n', 404],
  [post('', 'Content-Length: 999\r\n'), 400],
])('%j: %i', async (request, status) => {
  await start()
  const { write, read } = open()
  write(request)
  expect(await read('\r\n\r\n')).toContain(`HTTP/1.1 ${status} `)
})

test('a body in chunks, and one that is too long', async () => {
  await start({ maxBody: 1000 })
  const chunked = open()
  const head = post('', 'Transfer-Encoding: chunked\r\n').replace('Content-Length: 0\r\n', '')
  chunked.write(`${head}5\r\n{"met\r\nc\r\nhod":"seen"}\r\n0\r\n\r\n`)
  expect(await chunked.read('result')).toContain('"result":0')
  const long = open()
  long.write(post('x'.repeat(1001)))
  expect(await long.ended).toContain('413')
  const longer = open()
  longer.write(`${head}7d0\r\n${'x'.repeat(2000)}\r\n0\r\n\r\n`)
  expect(await longer.ended).toContain('413')
})

test('text that is no UTF-8 is no JSON', async () => {
  await start()
  const headers = { Authorization: basicAuthorization(alice) }
  const body = Buffer.from([0x22, 0xff, 0x22])
  const answer = await fetch(server.url, { method: 'POST', headers, body })
  expect([answer.status, await answer.text()]).toEqual([500, expect.stringContaining('Parse error')])
})

test('users call what their whitelist names; others nothing', async () => {
  await start({ whitelist: parseWhitelist(['alice:seen']) })
  const status = async (user: typeof alice, body: string): Promise<[number, string]> => {
    const headers = { Authorization: basicAuthorization(user) }
    const answer = await fetch(server.url, { method: 'POST', headers, body })
    return [answer.status, await answer.text()]
  }
  expect(await status(alice, '{"method":"seen"}')).toEqual([200, '{"result":0,"error":null}\n'])
  expect(await status(alice, '{"jsonrpc":"2.0","id":1,"method":"echo"}')).toEqual([403, ''])
  expect(await status(alice, '[{"method":"seen"},{"method":"echo"}]')).toEqual([403, ''])
  expect(await status(bob, '{"method":"seen"}')).toEqual([403, ''])
})

test('pages of other origins may call only if they were named', async () => {
  await start({ origins: [ORIGIN] })
  const preflight = (origin: string) => fetch(server.url, { method: 'OPTIONS', headers: { Origin: origin } })
  const granted = await preflight(ORIGIN)
  expect([granted.status, granted.headers.get('access-control-allow-origin')]).toEqual([204, ORIGIN])
  const refused = await preflight('https://evil.example')
  expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([405, null])
  const headers = { Origin: ORIGIN, Authorization: basicAuthorization(alice) }
  const answer = await fetch(server.url, { method: 'POST', headers, body: '{"method":"seen"}' })
  expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, ORIGIN])
})

test('one server answers on several ports', async () => {
  await start({ alsoOn: [{ host: 'localhost', port: 0 }] })
  const client = createRpcClient({ url: server.url, auth: bob })
  expect(await client.call('echo', [7])).toBe(7)
  client.close()
})
