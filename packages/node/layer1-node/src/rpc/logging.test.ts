import { createRpcTable, parseJson, schema, stringifyJson } from '@ply/rpc'
import { unwrap } from '@ply/bytes'
import { silentLogger } from '@ply/runtime'
import { expect, test } from 'vitest'
import type { Layer1Node } from '../layer1Node.ts'
import { loggingMethods } from './logging.ts'

function setUp() {
  const active = new Set(['net'])
  const warnings: string[] = []
  const logger = { ...silentLogger, log: (_: string, text: string) => void warnings.push(text) }
  const logCategories = {
    all: ['net', 'http', 'rpc'],
    deprecated: new Map([['old', 'old is no more']]),
    active,
    set: (category: string, on: boolean) => void (on ? active.add(category) : active.delete(category)),
  }
  const methods = loggingMethods({ logger } as unknown as Layer1Node, { stop: () => undefined, logCategories })
  const described = methods.map((method) => ({
    ...method,
    result: schema.mapOf('category', schema.bool()),
    errors: [],
  }))
  const table = createRpcTable(described)
  const call = async (name: string, params: string) =>
    table.call(name, unwrap(parseJson(params)), { path: '/' }).then(
      (answer) => (typeof answer === 'string' ? answer : stringifyJson(answer)),
      (error: Error) => error.message,
    )
  return { call, warnings }
}

test('categories are shown by name, after those to include and those to exclude', async () => {
  const { call } = setUp()
  expect(await call('logging', '[]')).toBe('{"http":false,"net":true,"rpc":false}')
  expect(await call('logging', '[["all"],["rpc"]]')).toBe('{"http":true,"net":true,"rpc":false}')
  expect(await call('logging', '[["foo"]]')).toBe('unknown logging category foo')
})

test('one of former times is warned of and changes nothing', async () => {
  const { call, warnings } = setUp()
  expect(await call('logging', '[["old"],["old"]]')).toBe('{"http":false,"net":true,"rpc":false}')
  expect(warnings).toEqual(['old is no more', 'old is no more'])
})

test('help names them all', async () => {
  expect(await setUp().call('help', '["logging"]')).toContain('valid logging categories are: http, net, rpc\n')
})
