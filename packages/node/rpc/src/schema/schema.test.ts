import { expect, test } from 'vitest'
import { btcAmount, type JsonOutput, RawNumber } from '../json/value.ts'
import { optional, param, type DescribedMethod } from '../method/method.ts'
import { checkValue } from './checkValue.ts'
import { createOpenRpc } from './openRpc.ts'
import {
  amount,
  bool,
  cases,
  hex,
  integer,
  list,
  mapOf,
  maybe,
  nothing,
  number,
  record,
  text,
  type Schema,
} from './schema.ts'

const block = record({
  hash: hex('Its hash.'),
  height: integer(),
  fee: maybe(amount()),
  by: mapOf('name', list(text())),
})

test.each<[Schema, JsonOutput, readonly string[]]>([
  [block, { hash: '00ff', height: 1, by: {} }, []],
  [block, { hash: '00ff', height: 1n, fee: btcAmount(1n), by: { a: ['x'] } }, []],
  [
    block,
    { hash: '0', height: 1.5, by: { a: [1] } },
    ['.hash is no hex', '.height is no integer', '.by.a[0] is no string'],
  ],
  [block, { hash: '', by: null, more: 1 }, ['.height is missing', '.by is no object', '.more is not in the table']],
  [block, { hash: '', height: 1, fee: 1, by: {} }, ['.fee is no amount']],
  [block, [], [' is no object']],
  [list(bool()), [true, 1], ['[1] is no boolean']],
  [number(), new RawNumber('1e-7'), []],
  [cases({ 'a = 0': hex(), 'a = 1': nothing() }), null, []],
  [cases({ 'a = 0': hex(), 'a = 1': nothing() }), 1, [' (a = 0) is no hex', ' (a = 1) is no null']],
])('check %#', (schema, value, wrong) => {
  expect(checkValue(schema, value)).toEqual(wrong.map((each) => `result${each}`))
})

test('the methods as an OpenRPC document', () => {
  const method: DescribedMethod = {
    name: 'getblock',
    group: 'Blockchain',
    help: 'A block.',
    params: [
      param('blockhash', 'hash', 'Which.'),
      optional('verbosity', 'number', 'How much.', { aliases: ['verbose'], default: 1 }),
    ],
    result: cases({ 'verbosity = 0': hex(), 'verbosity = 1': block }),
    errors: [{ code: -5, message: 'Block not found' }],
    handler: () => null,
  }
  expect(JSON.parse(JSON.stringify(createOpenRpc([method], { title: 'T', version: '1' })))).toEqual({
    openrpc: '1.3.2',
    info: { title: 'T', version: '1' },
    methods: [
      {
        name: 'getblock',
        summary: 'A block.',
        tags: [{ name: 'Blockchain' }],
        paramStructure: 'either',
        params: [
          {
            name: 'blockhash',
            description: 'Which.',
            required: true,
            schema: { type: 'string', format: 'hex', pattern: '^[0-9a-fA-F]{64}$' },
          },
          {
            name: 'verbosity',
            description: 'How much.',
            required: false,
            schema: { type: 'number', default: 1 },
            'x-aliases': ['verbose'],
          },
        ],
        result: {
          name: 'result',
          schema: {
            oneOf: [
              { title: 'verbosity = 0', type: 'string', format: 'hex' },
              {
                title: 'verbosity = 1',
                type: 'object',
                properties: {
                  hash: { type: 'string', format: 'hex', description: 'Its hash.' },
                  height: { type: 'integer' },
                  fee: { type: 'number', format: 'bitcoin' },
                  by: { type: 'object', additionalProperties: { type: 'array', items: { type: 'string' } } },
                },
                required: ['hash', 'height', 'by'],
                additionalProperties: false,
              },
            ],
          },
        },
        errors: [{ code: -5, message: 'Block not found' }],
      },
    ],
  })
})
