import { afterAll, beforeAll, expect, expectTypeOf, test } from 'vitest'
import { silentLogger } from '@ply/runtime'
import { btcAmount, type RawNumber } from '../json/value.ts'
import { optional, param } from '../method/method.ts'
import { createRpcTable } from '../method/table.ts'
import { amount, anything, record } from '../schema/schema.ts'
import { type RpcServer, startRpcServer } from '../server/server.ts'
import { createRpcClient } from './client.ts'
import type { Layer1Rpc, LightningRpc } from './generated/methods.ts'
import { createTypedClient, type TypedRpcClient } from './typedClient.ts'

const credentials = { user: 'alice', password: 'a' }
const table = createRpcTable([
  {
    name: 'getblockheader',
    group: 'Test',
    help: 'A header.',
    params: [param('blockhash', 'hash', 'Which.'), optional('verbose', 'bool', 'How.', { default: true })],
    result: anything(),
    errors: [],
    handler: (args) => (args.boolean('verbose') ? { height: 7 } : '00'),
  },
  {
    name: 'getmempoolinfo',
    group: 'Test',
    help: 'State.',
    params: [],
    result: record({ total_fee: amount() }),
    errors: [],
    handler: () => ({ total_fee: btcAmount(123n) }),
  },
])

let server: RpcServer
let client: TypedRpcClient<Layer1Rpc>
beforeAll(async () => {
  server = await startRpcServer({ port: 0, credentials: [credentials], route: () => table, logger: silentLogger })
  client = createTypedClient<Layer1Rpc>(createRpcClient({ url: server.url, auth: credentials }))
})
afterAll(async () => {
  client.close()
  await server.close()
})

test('arguments and answers have types, by position and by name', async () => {
  const header = await client.call('getblockheader', 'aa'.repeat(32))
  expect(header).toEqual({ height: 7 })
  expect(await client.callNamed('getblockheader', { blockhash: 'aa'.repeat(32), verbose: false })).toBe('00')
  const { total_fee } = await client.call('getmempoolinfo')
  expectTypeOf(total_fee).toEqualTypeOf<RawNumber>()
  expect(String(total_fee)).toBe('0.00000123')
})

test('what a method does not take or answer is no program', () => {
  type Header = Layer1Rpc['getblockheader']
  expectTypeOf<Header['params']>().toEqualTypeOf<[blockhash: string, verbose?: boolean | null]>()
  expectTypeOf<Exclude<Header['result'], string>['height']>().toEqualTypeOf<number>()
  expectTypeOf<keyof Layer1Rpc>().not.toEqualTypeOf<string>()
  expectTypeOf<LightningRpc['pay']['result']['amount_msat']>().toEqualTypeOf<number>()
})
