import { describe, expect, test } from 'vitest'
import { unwrap } from '@ply/bytes'
import { parseJson } from '../json/parse.ts'
import type { JsonOutput } from '../json/value.ts'
import { RpcError, UsageError } from '../rpcError.ts'
import {
  amount,
  anything,
  bool,
  cases,
  hex,
  integer,
  list,
  mapOf,
  maybe,
  nothing,
  record,
  time,
} from '../schema/schema.ts'
import { formatMethodHelp } from './help.ts'
import type { RpcArguments } from './arguments.ts'
import { type DescribedMethod, optional, param } from './method.ts'
import { createRpcTable } from './table.ts'

const method: DescribedMethod = {
  name: 'probe',
  group: 'Test',
  help: 'Answers what it was asked.',
  params: [
    param('hash', 'hash', 'A hash.'),
    optional('verbosity', 'any', 'Level of detail.', { aliases: ['verbose'], default: 1 }),
    optional('amount', 'amount', 'Bitcoins.'),
    optional('list', 'array', 'Anything.'),
    {
      ...optional('options', 'object', 'More.'),
      options: [optional('feerate', 'number', 'A rate.'), optional('dry', 'bool', 'Only look.')],
    },
  ],
  result: list(anything()),
  errors: [],
  handler: (args) => [
    args.hash('hash')[0]!,
    args.verbosity('verbosity'),
    args.has('amount') ? args.amount('amount') : null,
    args.array('list', []).length,
    ...(args.has('options') ? [{ ...args.object('options') }] : []),
  ],
}
const table = createRpcTable([method])
const hash = 'aa'.repeat(31) + '01'

async function call(params: string): Promise<JsonOutput> {
  try {
    return await table.call('probe', unwrap(parseJson(params)), { path: '/' })
  } catch (error) {
    if (error instanceof RpcError) return `${error.code} ${error.message}`
    throw error
  }
}

test('answers are held against their description where that is asked for', async () => {
  const handler = (args: RpcArguments): JsonOutput => (args.has('amount') ? 'no list' : [])
  const checked = createRpcTable([{ ...method, handler }], { checkResults: true })
  const later = createRpcTable([{ ...method, handler: async (args) => handler(args) }], { checkResults: true })
  for (const { call: ask } of [checked, later]) {
    expect(await ask('probe', [hash], { path: '/' })).toEqual([])
    await expect(ask('probe', [hash, 1, 2], { path: '/' })).rejects.toThrow(
      'Internal bug detected: RPC call "probe" returned incorrect type:\nresult is no array',
    )
  }
  const conversions = await checked.call('help', ['dump_all_command_conversions'], { path: '/' })
  expect(conversions).toContainEqual(['probe', 0, 'hash', true])
})

describe('arguments', () => {
  test.each([
    [`["${hash}"]`, [1, 1, null, 0]],
    [`["${hash}",true,0.5,[1,2]]`, [1, 1, 50_000_000n, 2]],
    [`["${hash}",false,null,[1]]`, [1, 0, null, 1]],
    [`{"hash":"${hash}","verbose":2}`, [1, 2, null, 0]],
    [`{"args":["${hash}",0],"list":[7]}`, [1, 0, null, 1]],
    [`{"args":[],"hash":"${hash}"}`, [1, 1, null, 0]],
    [`{"hash":"${hash}","feerate":1,"dry":true}`, [1, 1, null, 0, { feerate: 1, dry: true }]],
  ])('%s', async (params, expected) => expect(await call(params)).toEqual(expected))

  test.each([
    ['[]', /^-1 probe "hash" \( verbosity amount \[list,...\] options \)\n/],
    [`["${hash}",1,1,[],{},1]`, /^-1 probe/],
    [
      '[5]',
      /^-3 Wrong type passed:\n\{\n {4}"Position 1 \(hash\)": "JSON value of type number is not of expected type string"\n\}$/,
    ],
    ['["foo"]', /^-8 hash must be of length 64 \(not 3, for 'foo'\)$/],
    [`["${'Z'.repeat(64)}"]`, /^-8 hash must be hexadecimal string \(not 'ZZZ/],
    [`{"hash":"${hash}","other":1}`, /^-8 Unknown named parameter other$/],
    [
      `{"args":["${hash}"],"hash":"${hash}"}`,
      /^-8 Parameter hash specified twice both as positional and named argument$/,
    ],
    [`{"args":["${hash}",1],"verbose":2}`, /^-8 Parameter verbosity\|verbose specified twice both as/],
    [`{"hash":"${hash}","hash":"${hash}"}`, /^-8 Parameter hash specified multiple times$/],
    [`{"hash":"${hash}","options":{},"feerate":1}`, /^-8 Parameter options conflicts with parameter feerate$/],
    [`["${hash}",1.5]`, /^-1 JSON integer out of range$/],
    [`["${hash}",99999999999]`, /^-1 JSON integer out of range$/],
    [`["${hash}",1,-1]`, /^-3 Amount out of range$/],
    [`["${hash}",1,{}]`, /^-3 Amount is not a number or string$/],
  ])('%s is refused', async (params, expected) => expect(await call(params)).toMatch(expected))
})

test('help lists and explains', async () => {
  expect(await table.call('help', [], { path: '/' })).toContain('== Test ==\nprobe "hash" ( verbosity')
  expect(await table.call('help', ['none'], { path: '/' })).toBe('help: unknown command: none')
})

test('what a signature shows of an argument can be told, and who misuses a method is shown its help', async () => {
  const odd = {
    ...method,
    params: [
      param('list', 'array', 'A list.', { form: '["x",...]' }),
      optional('wait', 'number', 'Time.', { form: '' }),
    ],
    handler: () => {
      throw new UsageError()
    },
  }
  const refused = createRpcTable([odd]).call('probe', [[]], { path: '/' })
  await expect(refused).rejects.toMatchObject({ code: -1, message: expect.stringMatching(/^probe \["x",...\]\n\n/) })
})

test('help leaves out groups that are not to be listed, and shows what clients pass on as text', async () => {
  const quiet = createRpcTable([method, { ...method, name: 'extra', group: 'Own' }], {
    unlisted: ['Test'],
    own: ['Own'],
  })
  expect(await quiet.call('help', [], { path: '/' })).not.toContain('probe')
  expect(await quiet.call('help', ['probe'], { path: '/' })).toContain('probe "hash"')
  const conversions = await quiet.call('help', ['dump_all_command_conversions'], { path: '/' })
  expect(conversions).not.toContainEqual(['extra', 0, 'hash', true])
  expect(conversions).toEqual(
    expect.arrayContaining([
      ['probe', 0, 'hash', true],
      ['probe', 1, 'verbosity', false],
      ['probe', 1, 'verbose', false],
      ['probe', 4, 'dry', false],
      ['help', 0, 'command', true],
    ]),
  )
})

test('a method that was retired only says so', () => {
  const retired: DescribedMethod = {
    name: 'old',
    group: 'Hidden',
    help: 'has been replaced by new.',
    params: [],
    retired: true,
    result: nothing(),
    errors: [],
    handler: () => null,
  }
  expect(formatMethodHelp(retired)).toBe('old\n\nhas been replaced by new.\n')
})

test('a help text has the form of Bitcoin Core’s', () => {
  const shown: DescribedMethod = {
    name: 'show',
    group: 'Test',
    help: 'Shows something.',
    params: [
      param('blockhash', 'hash', 'The block.'),
      optional('verbosity', 'number', 'How much.', { default: 1 }),
      optional('inputs', 'array', 'What to spend.', {
        shape: list(record({ txid: hex(), range: maybe(cases({ end: integer(), both: list(integer()) })) })),
      }),
      { ...optional('options', 'object', 'More.'), options: [optional('dry', 'bool', 'Only look.')] },
    ],
    result: cases({
      'verbosity = 0': hex('The block.'),
      'verbosity = 1': record({
        hash: hex(),
        fee: maybe(amount('In all.')),
        tx: list(record({ n: integer(), spent: bool() }), 'All of them.'),
        by: mapOf('txid', time()),
      }),
    }),
    errors: [{ code: -5, message: 'Block not found' }],
    handler: () => null,
  }
  expect(formatMethodHelp(shown)).toBe(`show "blockhash" ( verbosity [inputs,...] options )

Shows something.

Arguments:
1. blockhash                (string, required) The block.
2. verbosity                (numeric, optional, default=1) How much.
3. inputs                   (json array, optional) What to spend.
     [                      (json array)
       {                    (json object)
         "txid" : "hex",    (string)
         "range" : n        (numeric, optional) end
         "range" : [        (json array, optional) both
           n,               (numeric)
           ...
         ]
       },
       ...
     ]
4. options                  (json object, optional) More.

Named Arguments:
dry    (boolean, optional) Only look.

Result (for verbosity = 0):
"hex"    (string) The block.

Result (for verbosity = 1):
{                             (json object)
  "hash" : "hex",             (string)
  "fee" : n,                  (numeric, optional) In all.
  "tx" : [                    (json array) All of them.
    {                         (json object)
      "n" : n,                (numeric)
      "spent" : true|false    (boolean)
    },
    ...
  ],
  "by" : {                    (json object)
    "txid" : xxx,             (numeric)
    ...
  }
}

Errors:
-5    Block not found

Examples:
> bitcoin-cli show "00000000c937983704a73af28acdec37b049d214adbda81d7e2a3dd146f6ed09"
> curl --user myusername --data-binary '{"jsonrpc": "2.0", "id": "curltest", "method": "show", "params": ["00000000c937983704a73af28acdec37b049d214adbda81d7e2a3dd146f6ed09"]}' -H 'content-type: application/json' http://127.0.0.1:8332/
`)
})
