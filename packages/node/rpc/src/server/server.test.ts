import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { Agent, request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { unwrap } from '@ply/bytes'
import { silentLogger } from '@ply/runtime'
import { SeededEntropy } from '@ply/testkit'
import { createRpcClient, RpcConnectionError } from '../client/client.ts'
import { basicAuthorization, type Credentials, readCookie, writeCookie } from '../credentials.ts'
import { btcAmount, RawNumber } from '../json/value.ts'
import { param } from '../method/method.ts'
import { createRpcTable } from '../method/table.ts'
import { RPC_ERROR, RpcError } from '../rpcError.ts'
import { anything } from '../schema/schema.ts'
import { parseAllowedAddresses } from './allowedAddresses.ts'
import { type RpcServer, startRpcServer } from './server.ts'

const group = 'Test'
const root = createRpcTable([
  {
    name: 'echo',
    group,
    help: 'Gives back.',
    params: [param('x', 'any', 'Anything.')],
    result: anything(),
    errors: [],
    handler: (a) => a.value('x') ?? null,
  },
  {
    name: 'balance',
    group,
    help: 'An amount.',
    params: [],
    result: anything(),
    errors: [],
    handler: () => ({ balance: btcAmount(5_000_000_000n) }),
  },
  {
    name: 'fail',
    group,
    help: 'Fails.',
    params: [],
    result: anything(),
    errors: [],
    handler: () => {
      throw new RpcError(RPC_ERROR.invalidAddressOrKey, 'No such thing')
    },
  },
  {
    name: 'bug',
    group,
    help: 'Breaks.',
    params: [],
    result: anything(),
    errors: [],
    handler: () => {
      throw new TypeError('broken')
    },
  },
])
const lightning = createRpcTable([
  { name: 'id', group, help: 'Path.', params: [], result: anything(), errors: [], handler: (_, { path }) => path },
])

let folder: string
let credentials: Credentials
let server: RpcServer
let warmup: string | undefined
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ply-rpc-'))
  credentials = await writeCookie(join(folder, '.cookie'), new SeededEntropy(1))
  server = await startRpcServer({
    port: 0,
    credentials: [credentials, { user: 'alice', password: 'pass:word' }],
    route: (path) => (path === '/' ? root : path.startsWith('/lightning/') ? lightning : undefined),
    warmup: () => warmup,
    logger: silentLogger,
    maxBody: 100_000,
  })
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

interface Answer {
  readonly status: number
  readonly type: string | undefined
  readonly body: string
}
interface PostOptions {
  readonly path?: string
  readonly method?: string
  readonly authorization?: string | undefined
}

function post(body: string, options: PostOptions = {}): Promise<Answer> {
  const { path = '/', method = 'POST', authorization = basicAuthorization(credentials) } = options
  return new Promise((resolve, reject) => {
    const headers = authorization === '' ? {} : { Authorization: authorization }
    const request = httpRequest(server.url + path, { method, headers, agent: new Agent() }, (response) => {
      let text = ''
      response.on('data', (chunk) => (text += String(chunk)))
      response.on('end', () =>
        resolve({ status: response.statusCode!, type: response.headers['content-type'], body: text }),
      )
    })
    request.on('error', reject)
    request.end(body)
  })
}

describe('versions', () => {
  test.each([
    ['{"method":"echo","params":[1],"id":7}', 200, '{"result":1,"error":null,"id":7}'],
    [
      '{"jsonrpc":"1.0","method":"fail","id":"a"}',
      500,
      '{"result":null,"error":{"code":-5,"message":"No such thing"},"id":"a"}',
    ],
    ['{"method":"none","id":1}', 404, '{"result":null,"error":{"code":-32601,"message":"Method not found"},"id":1}'],
    ['{"method":"bug","id":1}', 500, '{"result":null,"error":{"code":-32603,"message":"broken"},"id":1}'],
    [
      '{"jsonrpc":"2.0","method":"fail","id":1}',
      200,
      '{"jsonrpc":"2.0","error":{"code":-5,"message":"No such thing"},"id":1}',
    ],
    ['{"jsonrpc":"2.0","method":"echo","params":{"x":null},"id":1}', 200, '{"jsonrpc":"2.0","result":null,"id":1}'],
    ['{"jsonrpc":"2.0","method":"echo","params":[1]}', 204, ''],
    [
      '{"jsonrpc":"3.0","method":"echo","id":1}',
      400,
      '{"result":null,"error":{"code":-32600,"message":"JSON-RPC version not supported"},"id":1}',
    ],
    [
      '{"jsonrpc":2,"method":"echo","id":1}',
      400,
      '{"result":null,"error":{"code":-32600,"message":"jsonrpc field must be a string"},"id":1}',
    ],
    [
      '{"jsonrpc":"1.1","method":"echo","params":[1]}',
      400,
      '{"result":null,"error":{"code":-32600,"message":"JSON-RPC version not supported"}}',
    ],
    ['{"method":"echo","params":[1]}', 200, '{"result":1,"error":null}'],
    ['{"method":"echo","params":[1],"method":"none","id":1}', 200, '{"result":1,"error":null,"id":1}'],
    ['{"id":1}', 400, '{"result":null,"error":{"code":-32600,"message":"Missing method"},"id":1}'],
    ['{"method":1,"id":1}', 400, '{"result":null,"error":{"code":-32600,"message":"Method must be a string"},"id":1}'],
    [
      '{"method":"echo","params":1,"id":1}',
      400,
      '{"result":null,"error":{"code":-32600,"message":"Params must be an array or object"},"id":1}',
    ],
    ['{"method":', 500, '{"result":null,"error":{"code":-32700,"message":"Parse error"},"id":null}'],
    ['"text"', 500, '{"result":null,"error":{"code":-32700,"message":"Top-level object parse error"},"id":null}'],
    ['[]', 200, '[]'],
    [
      '[{"method":"balance","id":1},5,{"jsonrpc":"2.0","method":"echo","params":[2]}]',
      200,
      '[{"result":{"balance":50.00000000},"error":null,"id":1},{"result":null,"error":{"code":-32600,"message":"Invalid Request object"},"id":1}]',
    ],
    // What is no request at all is answered as the one before.
    ['[1]', 200, '[{"result":null,"error":{"code":-32600,"message":"Invalid Request object"},"id":null}]'],
    [
      '{"jsonrpc":"2.0","method":"echo","params":1}',
      400,
      '{"jsonrpc":"2.0","error":{"code":-32600,"message":"Params must be an array or object"}}',
    ],
    [
      `${'['.repeat(512)}${']'.repeat(512)}`,
      200,
      '[{"result":null,"error":{"code":-32600,"message":"Invalid Request object"},"id":null}]',
    ],
    [
      `${'['.repeat(513)}${']'.repeat(513)}`,
      500,
      '{"result":null,"error":{"code":-32700,"message":"Parse error"},"id":null}',
    ],
    ['[{"jsonrpc":"2.0","method":"echo","params":[2]}]', 204, ''],
  ])('%s', async (body, status, expected) => {
    const answer = await post(body)
    expect([answer.status, answer.body.trimEnd()]).toEqual([status, expected])
    if (expected !== '') expect(answer.type).toBe('application/json')
  })
})

test('without the right credentials nothing is answered', async () => {
  const wrong = [
    '',
    'Basic',
    'Bearer abc',
    basicAuthorization({ user: '__cookie__', password: '' }),
    basicAuthorization({ ...credentials, password: credentials.password.slice(1) }),
    basicAuthorization({ user: 'alice', password: 'pass' }),
  ]
  for (const authorization of wrong) {
    const answer = await post('{"method":"echo","params":[1],"id":1}', { authorization })
    expect([answer.status, answer.body]).toEqual([401, ''])
  }
  const alice = basicAuthorization({ user: 'alice', password: 'pass:word' })
  expect((await post('{"method":"echo","params":[1],"id":1}', { authorization: alice })).status).toBe(200)
})

test("who has no credentials takes nobody else's place", async () => {
  const only = await startRpcServer({
    port: 0,
    credentials: [credentials],
    route: () => root,
    logger: silentLogger,
    maxPending: 1,
  })
  const stranger = createRpcClient({ url: only.url, auth: { user: 'x', password: 'y' } })
  const owner = createRpcClient({ url: only.url, auth: credentials })
  const refused = Promise.allSettled([stranger.call('echo', [1]), stranger.call('echo', [1])])
  // Strangers wait a while for their refusal; the owner's calls come in between.
  for (let i = 0; i < 5; i++) expect(await owner.call('echo', [i])).toBe(i)
  expect((await refused).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  stranger.close()
  owner.close()
  await only.close(0)
})

test('paths, methods and sizes are bounded', async () => {
  expect((await post('{"method":"id","id":1}', { path: '/lightning/al%20ice' })).body).toContain('"/lightning/al ice"')
  expect((await post('{}', { path: '/nowhere' })).status).toBe(404)
  expect((await post('{}', { path: '/%zz' })).status).toBe(404)
  expect((await post('', { method: 'GET' })).status).toBe(405)
  expect((await post('x'.repeat(100_001))).status).toBe(413)
})

test('an open route is answered without credentials, once the node is ready', async () => {
  let starting: string | undefined = 'Loading…'
  const open = await startRpcServer({
    port: 0,
    credentials: [credentials],
    route: () => root,
    logger: silentLogger,
    warmup: () => starting,
    openRoutes: [
      {
        prefix: '/rest/',
        answer: (url) =>
          Promise.resolve(url === '/rest/x?y=1' ? { status: 200, type: 'text/plain', body: 'seen' } : undefined),
      },
    ],
  })
  expect((await fetch(`${open.url}/rest/x`)).status).toBe(503)
  starting = undefined
  expect(await (await fetch(`${open.url}/rest/x?y=1`)).text()).toBe('seen')
  expect((await fetch(`${open.url}/rest/z`)).status).toBe(404)
  expect((await fetch(`${open.url}/`, { method: 'POST', body: '{}' })).status).toBe(401)
  await open.close()
})

test('garbage on the socket harms nobody', async () => {
  const { hostname, port } = new URL(server.url)
  await new Promise<void>((resolve) => {
    const socket = connect(Number(port), hostname, () => socket.write('\0\u0001garbage\r\n\r\n'))
    socket.on('data', () => undefined)
    socket.on('close', () => resolve())
  })
  expect((await post('{"method":"echo","params":[1],"id":1}')).status).toBe(200)
})

test('a node that is still starting says so', async () => {
  warmup = 'Loading block index…'
  const answer = await post('{"jsonrpc":"2.0","method":"balance","id":1}')
  warmup = undefined
  expect(answer.body).toContain('{"code":-28,"message":"Loading block index…"}')
})

test('only this machine is listened to unless allowed', async () => {
  const options = { port: 0, credentials: [credentials], route: () => root, logger: silentLogger }
  await expect(startRpcServer({ ...options, host: '0.0.0.0' })).rejects.toThrow('open to other machines')
  const allowed = unwrap(parseAllowedAddresses(['10.0.0.0/8']))
  await (await startRpcServer({ ...options, host: '0.0.0.0', allowed })).close()
})

describe('client', () => {
  test('calls, batches and paths with the cookie', async () => {
    const client = createRpcClient({ url: server.url, auth: { cookiePath: join(folder, '.cookie') } })
    expect(await client.call('balance')).toEqual({ balance: new RawNumber('50.00000000') })
    expect(await client.call('echo', { x: { deep: ['é', 1n] } })).toEqual({ deep: ['é', 1] })
    await expect(client.call('fail')).rejects.toMatchObject({ code: -5, message: 'No such thing' })
    const replies = await client.batch([
      { method: 'echo', params: [1] },
      { method: 'fail' },
      { method: 'echo', params: [3] },
    ])
    expect(replies).toEqual([
      { ok: true, result: 1 },
      { ok: false, error: expect.objectContaining({ code: -5 }) },
      { ok: true, result: 3 },
    ])
    client.close()
    const alice = createRpcClient({ url: `${server.url}/lightning/alice`, auth: credentials })
    expect(await alice.call('id')).toBe('/lightning/alice')
    alice.close()
  })

  test('says why it cannot ask', async () => {
    const absent = createRpcClient({ url: 'http://127.0.0.1:1', auth: credentials })
    await expect(absent.call('x')).rejects.toThrow(RpcConnectionError)
    const unknown = createRpcClient({ url: server.url, auth: { user: 'x', password: 'y' } })
    await expect(unknown.call('x')).rejects.toThrow('refuses our credentials')
    const blind = createRpcClient({ url: server.url, auth: { cookiePath: join(folder, 'none') } })
    await expect(blind.call('x')).rejects.toThrow('is plyd running?')
    for (const client of [absent, unknown, blind]) client.close()
  })

  test('reads the cookie again when the server changed it', async () => {
    const cookiePath = join(folder, 'stale')
    await writeFile(cookiePath, '__cookie__:stale')
    const client = createRpcClient({ url: server.url, auth: { cookiePath } })
    await expect(client.call('balance')).rejects.toThrow('refuses our credentials')
    await writeFile(cookiePath, `${credentials.user}:${credentials.password}`)
    expect(await client.call('echo', [1])).toBe(1)
    client.close()
  })
})

test('the cookie is a file of its owner alone', async () => {
  expect((await stat(join(folder, '.cookie'))).mode & 0o777).toBe(0o600)
  expect(await readCookie(join(folder, '.cookie'))).toEqual(credentials)
  expect(credentials.password).toMatch(/^[0-9a-f]{64}$/)
  expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([])
})
