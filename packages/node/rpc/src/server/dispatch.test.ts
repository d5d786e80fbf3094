import { utf8ToBytes } from '@ply/bytes'
import { expect, test } from 'vitest'
import { createRpcTable } from '../method/table.ts'
import { dispatch } from './dispatch.ts'
import { parseWhitelist } from './whitelist.ts'

async function logOf(body: string): Promise<string[]> {
  const lines: string[] = []
  const logger = { log: (_: string, text: string) => void lines.push(text), child: () => logger }
  const context = { table: createRpcTable([]), logger, warmup: undefined, user: 'alice', path: '/' }
  await dispatch(utf8ToBytes(body), { ...context, whitelist: parseWhitelist([], undefined) })
  return lines
}

test.each([
  ['"myrpcid"', 'myrpcid'],
  ['1', '1'],
  ['null', ''],
  ['"abc<\\n>def"', 'abcdef'],
])('a call with the id %s is logged with the id "%s"', async (id, shown) => {
  expect(await logOf(`{"jsonrpc":"2.0","method":"he\\nlp","params":["x"],"id":${id}}`)).toEqual([
    `ThreadRPCServer method=help user=alice id=${shown}`,
  ])
})
