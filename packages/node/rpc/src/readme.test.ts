import { expect, test } from 'vitest'
import { btcAmount, createRpcClient, createRpcTable, param, schema, startRpcServer } from '@ply/rpc'
import { silentLogger as logger } from '@ply/runtime'

test('the example of the README', async () => {
  const table = createRpcTable([
    {
      name: 'double',
      group: 'Example',
      help: 'Doubles an amount.',
      params: [param('amount', 'amount', 'Bitcoins.')],
      result: schema.amount(),
      errors: [],
      handler: (args) => btcAmount(2n * args.amount('amount')),
    },
  ])
  const credentials = { user: 'alice', password: 'secret' }
  const route = (path: string) => (path === '/' ? table : undefined)
  const server = await startRpcServer({ port: 0, credentials: [credentials], route, logger })
  const client = createRpcClient({ url: server.url, auth: credentials })
  const doubled = await client.call('double', ['0.1'])
  client.close()
  await server.close()

  expect(String(doubled)).toBe('0.20000000')
})
