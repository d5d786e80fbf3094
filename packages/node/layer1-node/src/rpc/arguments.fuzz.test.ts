import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Json } from '@ply/rpc'
import { createRandom } from '@ply/testkit'
import { OPEN_ADDRESS, TestNode } from '../test/testNode.ts'

let node: TestNode
beforeAll(async () => {
  node = await TestNode.start()
  node.clock.setMockTime(1_700_000_000_000)
  await node.mine(120)
})
afterAll(() => node.remove())

const unknown = 'ab'.repeat(32)
const call = (...params: Parameters<TestNode['json']>): Promise<unknown> => node.json(...params)
const failure = (...params: Parameters<TestNode['failure']>): Promise<string> => node.failure(...params)

const runs = Number(process.env['PLY_FUZZ_RUNS'] ?? 25)

test('no arguments, however strange, do anything but succeed or fail by name', async () => {
  const random = createRandom(9)
  const values: Json[] = [
    null,
    true,
    0,
    -1,
    3,
    2 ** 31,
    '',
    'zz',
    unknown,
    OPEN_ADDRESS,
    '00',
    [],
    ['x'],
    {},
    { desc: 1 },
    [[]],
    [{}],
  ]
  const methods = (await call('help')) as string
  const names = methods.split('\n').flatMap((line) => (/^[a-z]/.test(line) ? [line.split(' ')[0]!] : []))
  const slow = [
    'stop',
    'waitfornewblock',
    'waitforblockheight',
    'waitforblock',
    'setautomine',
    'setmocktime',
    'generatetoaddress',
    'generatetodescriptor',
    'reorg',
    'invalidateblock',
  ]
  expect(names.length).toBeGreaterThan(45)
  for (const name of names.filter((each) => !slow.includes(each))) {
    for (let i = 0; i < runs; i++) {
      const params = Array.from({ length: random.below(4) }, () => random.pick(values))
      expect(await failure(name, ...params)).toMatch(/^(no error|-\d+ )/)
    }
  }
  expect(await call('getblockcount')).toBeGreaterThanOrEqual(120)
})
