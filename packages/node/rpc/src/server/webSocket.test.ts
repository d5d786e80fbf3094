import { once } from 'node:events'
import { afterEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { silentLogger } from '@ply/runtime'
import { basicAuthorization } from '../credentials.ts'
import { optional } from '../method/method.ts'
import { createRpcTable } from '../method/table.ts'
import { anything } from '../schema/schema.ts'
import type { RpcServerOptions } from './options.ts'
import { type RpcServer, startRpcServer } from './server.ts'
import { parseWhitelist } from './whitelist.ts'

const alice = { user: 'alice', password: 'a:b' }
const authorization = basicAuthorization(alice)
const table = createRpcTable([
  {
    name: 'echo',
    group: 'Test',
    help: 'Gives back.',
    params: [optional('x', 'any', 'X.')],
    result: anything(),
    errors: [],
    handler: (args) => args.value('x'),
  },
])

let server: RpcServer
afterEach(() => server.close(0))

async function start(options: Partial<RpcServerOptions> = {}): Promise<string> {
  const route = (path: string) => (path === '/' ? table : undefined)
  server = await startRpcServer({ port: 0, credentials: [alice], route, logger: silentLogger, ...options })
  return server.url.replace('http', 'ws')
}

async function ask(socket: WebSocket, ...messages: readonly string[]): Promise<string[]> {
  if (socket.readyState !== WebSocket.OPEN) await once(socket, 'open')
  const answers: string[] = []
  const done = new Promise<void>((resolve) => {
    socket.on('message', (data: Buffer) => {
      answers.push(data.toString())
      if (answers.length === messages.length) resolve()
    })
  })
  for (const message of messages) socket.send(message)
  await done
  return answers
}

const status = async (socket: WebSocket): Promise<string> => String((await once(socket, 'error'))[0])

test('requests and batches are answered in their order', async () => {
  const url = await start()
  const socket = new WebSocket(url, { headers: { authorization } })
  const call = (id: number): string => `{"jsonrpc":"2.0","id":${id},"method":"echo","params":[${id}]}`
  const many = Array.from({ length: 200 }, (_, id) => call(id))
  const answers = await ask(socket, ...many)
  expect(answers).toEqual(many.map((_, id) => `{"jsonrpc":"2.0","result":${id},"id":${id}}`))
  socket.removeAllListeners('message')
  // A notification has no answer.
  socket.send('{"jsonrpc":"2.0","method":"echo"}')
  expect(await ask(socket, `[${call(1)},${call(2)}]`, '{')).toEqual([
    '[{"jsonrpc":"2.0","result":1,"id":1},{"jsonrpc":"2.0","result":2,"id":2}]',
    '{"result":null,"error":{"code":-32700,"message":"Parse error"},"id":null}',
  ])
  socket.close()
})

test('a page shows its credentials as a subprotocol, if its origin was named', async () => {
  const url = await start({ origins: ['https://wallet.example'] })
  const protocols = ['ply-rpc', `basic.${Buffer.from('alice:a:b').toString('base64url')}`]
  const socket = new WebSocket(url, protocols, { origin: 'https://wallet.example' })
  expect(await ask(socket, '{"method":"echo","params":[1]}')).toEqual(['{"result":1,"error":null}'])
  expect(socket.protocol).toBe('ply-rpc')
  socket.close()
  expect(await status(new WebSocket(url, protocols, { origin: 'https://evil.example' }))).toContain('403')
})

test('without credentials, and where there is nothing, no connection is made', async () => {
  const url = await start()
  expect(await status(new WebSocket(url))).toContain('401')
  expect(await status(new WebSocket(url, ['ply-rpc', 'basic.eDp5']))).toContain('401')
  expect(await status(new WebSocket(`${url}/nowhere`, { headers: { authorization } }))).toContain('404')
})

test('what the whitelist forbids, and what is too long, ends the connection', async () => {
  const url = await start({ whitelist: parseWhitelist(['alice:other']), maxBody: 1000 })
  const forbidden = new WebSocket(url, { headers: { authorization } })
  await once(forbidden, 'open')
  forbidden.send('{"method":"echo"}')
  expect((await once(forbidden, 'close'))[0]).toBe(1008)
  const long = new WebSocket(url, { headers: { authorization } })
  await once(long, 'open')
  long.send('x'.repeat(1001))
  expect((await once(long, 'close'))[0]).toBe(1009)
})
