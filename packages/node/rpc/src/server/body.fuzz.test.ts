import { createRandom, mutateText } from '@ply/testkit'
import { silentLogger } from '@ply/runtime'
import { expect, test } from 'vitest'
import { parseJson } from '../json/parse.ts'
import { stringifyJson } from '../json/stringify.ts'
import { optional, param } from '../method/method.ts'
import { createRpcTable } from '../method/table.ts'
import { anything } from '../schema/schema.ts'
import { dispatch } from './dispatch.ts'
import { ALLOW_ALL } from './whitelist.ts'

const RUNS = Number(process.env['PLY_FUZZ_RUNS'] ?? 1500)
const SEEDS = [
  '{"jsonrpc":"2.0","id":1,"method":"read","params":["00ff",1.5,"0.1",[1],{"a":null}]}',
  '{"method":"read","params":{"args":["00"],"amount":1e-8},"id":"x"}',
  '[{"jsonrpc":"2.0","id":1,"method":"read"},{"jsonrpc":"2.0","method":"read","params":["ab"]},7]',
  '{"jsonrpc":"1.1","id":null,"method":"help","params":[]}',
]
const PIECES = [
  ...['{', '}', '[', ']', '"', ':', ',', '\\', 'null', 'true', '-', '1e9999', '-0', '0.00000001', '9007199254740993'],
  ...['"args"', '"params"', '"method"', '"id"', '"jsonrpc"', '"__proto__"', '\\ud800', '\u0000', '\u00e9'],
]

const table = createRpcTable([
  {
    name: 'read',
    group: 'Test',
    help: 'Reads arguments of every type.',
    params: [
      param('hex', 'hex', 'Bytes.'),
      optional('amount', 'amount', 'Bitcoins.'),
      optional('count', 'any', 'A number.', { aliases: ['verbose'], default: 0 }),
      optional('list', 'array', 'Anything.'),
      optional('object', 'object', 'Anything.'),
    ],
    result: anything(),
    errors: [],
    handler: (args) => [
      args.hex('hex').length,
      args.has('amount') ? args.amount('amount') : null,
      args.verbosity('count'),
      args.array('list', []),
      args.object('object', {}),
    ],
  },
])

test('a body of any text is answered with a value or a numbered error, never from inside', async () => {
  const random = createRandom(7)
  const context = { table, logger: silentLogger, warmup: undefined, path: '/', user: 'alice', whitelist: ALLOW_ALL }
  for (let run = 0; run < RUNS; run++) {
    const { status, body } = await dispatch(mutateText(random, SEEDS, PIECES), context)
    expect([200, 204, 400, 404, 500]).toContain(status)
    if (body === undefined) continue
    expect(body).not.toContain('"code":-32603')
    const parsed = parseJson(body)
    expect(parsed.ok && stringifyJson(parsed.value)).toBe(body.trimEnd())
  }
})

test('deep and wide bodies end quickly', async () => {
  const context = { table, logger: silentLogger, warmup: undefined, path: '/', user: 'alice', whitelist: ALLOW_ALL }
  for (const body of [
    '['.repeat(2_000_000),
    '{"a":'.repeat(1_000_000),
    `{"method":"read","params":[${'"00",'.repeat(200_000)}"00"]}`,
    `{${Array.from({ length: 100_000 }, (_, i) => `"k${i}":1`).join()}}`,
    `"${'\\u0041'.repeat(500_000)}"`,
    `[${'1'.repeat(1_000_000)}]`,
  ]) {
    expect((await dispatch(body, context)).status).toBeGreaterThanOrEqual(200)
  }
}, 10_000)
