import { connect, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { silentLogger } from '@ply/runtime'
import { ManualClock } from '@ply/testkit'
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
/** Calls that wait, and large answers that were made. */
let waiting = 0
let lookAtWaiting: () => void = () => undefined
let made = 0

/** Resolves when so many calls wait. */
const waitingCalls = (count: number): Promise<void> =>
  new Promise((resolve) => {
    lookAtWaiting = () => {
      if (waiting >= count) resolve()
    }
    lookAtWaiting()
  })

const group = 'Test'
const table = createRpcTable([
  {
    name: 'wait',
    group,
    help: 'Waits.',
    params: [],
    result: anything(),
    errors: [],
    handler: () => {
      waiting++
      lookAtWaiting()
      return new Promise((resolve) => (release = () => resolve(++seen)))
    },
  },
  { name: 'seen', group, help: 'Counts.', params: [], result: anything(), errors: [], handler: () => seen },
  { name: 'made', group, help: 'Counts.', params: [], result: anything(), errors: [], handler: () => made },
  {
    name: 'large',
    group,
    help: 'Megabytes.',
    params: [],
    result: anything(),
    errors: [],
    handler: () => {
      made++
      return 'x'.repeat(4_000_000)
    },
  },
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
  seen = waiting = made = 0
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

test('who sends far too many requests ahead is not read from, and gets every answer in its order', async () => {
  await start()
  const { write, read } = open()
  const many = Array.from({ length: 5000 }, (_, i) => post(`{"method":"echo","params":[${i}]}`))
  write(post('{"method":"wait"}') + many.join(''))
  const client = createRpcClient({ url: server.url, auth: alice })
  expect(await client.call('seen')).toBe(0)
  client.close()
  release()
  const numbers = [...(await read('"result":4999,')).matchAll(/"result":(\d+)/g)].map(([, number]) => Number(number))
  expect(numbers).toEqual([1, ...Array.from({ length: 5000 }, (_, i) => i)])
})

test('a client that does not read its answers is asked no more of, and is cut off after a while', async () => {
  const clock = new ManualClock()
  await start({ clock })
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  sockets.push(socket)
  socket.on('error', () => undefined)
  socket.pause()
  const closed = new Promise((resolve) => socket.on('close', resolve))
  socket.write(post('{"method":"large"}').repeat(100))
  const client = createRpcClient({ url: server.url, auth: alice })
  // What the operating system holds for both ends is some megabytes.
  for (let i = 0; i < 20; i++) expect(await client.call('made')).toBeLessThan(20)
  client.close()
  clock.advance(301_000)
  socket.resume()
  await closed
  expect(made).toBeLessThan(20)
})

test.each([
  ['sends nothing', '', 31],
  ['does not end its head', 'POST / HTTP/1.1\r\nHost: x\r\n', 31],
  ['does not end its body', post('{"method":"seen"}').slice(0, -1), 301],
])('a client that %s is cut off', async (_, text, seconds) => {
  const clock = new ManualClock()
  await start({ clock })
  const { write, ended } = open()
  write(text)
  // Behind an answer to another one, the text has come, too.
  const other = open()
  other.write(post('{"method":"seen"}'))
  await other.read('result')
  let over = false
  void ended.then(() => (over = true))
  clock.advance((seconds - 2) * 1000)
  other.write(post('{"method":"seen"}'))
  await other.read('"result":0,"error":null}\nHTTP')
  expect(over).toBe(false)
  clock.advance(2000)
  expect(await ended).toBe('')
})

test('dribbling bytes gains no time', async () => {
  const clock = new ManualClock()
  await start({ clock })
  const { write, ended } = open()
  const other = open()
  for (let i = 0; i < 31; i++) {
    write('x')
    other.write(post(`{"method":"echo","params":["${i}."]}`))
    await other.read(`"${i}."`)
    clock.advance(1000)
  }
  expect(await ended).toBe('')
})

test('of too many connections the one that has been idle for longest makes room', async () => {
  const clock = new ManualClock()
  await start({ clock, maxConnections: 2 })
  const busy = open()
  busy.write(post('{"method":"wait"}'))
  await waitingCalls(1)
  const idle = open()
  idle.write(post('{"method":"seen"}'))
  await idle.read('result')
  const third = open()
  third.write(post('{"method":"wait"}'))
  expect(await idle.ended).toContain('result')
  await waitingCalls(2)
  expect(await open().ended).toBe('')
})

test('a chunked body counts, whatever length is said besides; another coding is refused', async () => {
  await start()
  const both = open()
  const body = '{"method":"seen"}'
  const head = post('', 'Transfer-Encoding: chunked\r\n').replace('Content-Length: 0', 'Content-Length: 4')
  both.write(`${head}${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`)
  expect(await both.read('result')).toMatch(/200 OK[^]*"result":0/)
  const other = open()
  other.write(post(body, 'Transfer-Encoding: gzip, chunked\r\n'))
  expect(await other.ended).toContain('400 Bad Request')
})

test('HTTP/1.0 ends its connections unless asked to keep them', async () => {
  await start()
  const old = (more: string): string => post('{"method":"seen"}', more).replace('HTTP/1.1', 'HTTP/1.0')
  const once = open()
  once.write(old(''))
  expect(await once.ended).toMatch(/^HTTP\/1\.0 200 OK\r\nContent-Type: application\/json\r\n\r\n/)
  const kept = open()
  kept.write(old('Connection: keep-alive\r\n'))
  await kept.read('Connection: keep-alive')
  kept.write(old('Connection: close\r\n'))
  expect((await kept.ended).match(/"result":0/g)).toHaveLength(2)
})

test.each([
  ['PUT /', 'HTTP/1.1 405 Method Not Allowed', 'JSONRPC server handles only POST requests'],
  ['PATCH /', 'HTTP/1.1 405 Method Not Allowed', ''],
  ['GET /x', 'HTTP/1.1 404 Not Found', ''],
  ['POST /?a=b', 'HTTP/1.1 404 Not Found', ''],
])('%s is refused in the words of bitcoind', async (line, status, body) => {
  await start()
  const client = open()
  client.write(`${line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
  const [head, ...rest] = (await client.ended).split('\r\n\r\n')
  expect(rest.join()).toBe(body)
  expect(head!.split('\r\n').filter((field) => !field.startsWith('Date: '))).toEqual([
    status,
    `Content-Length: ${body.length}`,
    'Content-Type: text/html; charset=ISO-8859-1',
    'Connection: close',
  ])
})

test('who asks before it sends a long body is told to go on; a stranger is not', async () => {
  await start()
  const body = '{"method":"seen"}'
  const ask = post(body, 'Expect: 100-continue\r\n').slice(0, -body.length)
  const known = open()
  known.write(ask)
  await known.read('HTTP/1.1 100 Continue\r\n\r\n')
  known.write(body)
  expect(await known.read('result')).toContain('200 OK')
  const stranger = open()
  stranger.write(ask.replace(/Authorization.*\r\n/, ''))
  stranger.write(body)
  expect(await stranger.read('401')).not.toContain('100 Continue')
})

test('a client that sends nothing more still gets its answers', async () => {
  await start()
  const socket = connect({ port: Number(new URL(server.url).port), host: '127.0.0.1', allowHalfOpen: true })
  sockets.push(socket)
  let received = ''
  socket.on('data', (data) => (received += String(data)))
  const closed = new Promise((resolve) => socket.on('end', resolve))
  socket.end(post('{"method":"wait"}') + post('{"method":"seen"}'))
  await waitingCalls(1)
  release()
  await closed
  expect(received.match(/"result":1/g)).toHaveLength(2)
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
