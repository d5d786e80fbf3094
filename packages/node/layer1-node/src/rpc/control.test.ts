import { afterAll, beforeAll, expect, test } from 'vitest'
import { TestNode } from '../test/testNode.ts'

let node: TestNode
beforeAll(async () => {
  node = await TestNode.start()
  node.clock.setMockTime(1_700_000_000_000)
  await node.mine(120)
})
afterAll(() => node.remove())

const call = (...params: Parameters<TestNode['json']>): Promise<unknown> => node.json(...params)
const failure = (...params: Parameters<TestNode['failure']>): Promise<string> => node.failure(...params)

test('network and control', async () => {
  expect(await call('getnetworkinfo')).toMatchObject({ connections: 0, relayfee: 0.000001 })
  expect(await call('getpeerinfo')).toEqual([])
  expect(await call('getconnectioncount')).toBe(0)
  expect(await failure('disconnectnode', '127.0.0.1:1')).toBe('-29 Node not found in connected nodes')
  expect(await failure('addnode', '127.0.0.1:1', 'remove')).toMatch(/^-24 /)
  expect(await call('addnode', '127.0.0.1:1', 'onetry')).toBeNull()
  expect(await call('uptime')).toBeTypeOf('number')
  expect(await call('echo', 1, 'a')).toEqual([1, 'a'])
  expect(await call('syncwithvalidationinterfacequeue')).toBeNull()
  expect(await failure('setmocktime', -1)).toMatch(/^-8 Mocktime must be in the range/)
  expect(await failure('nonsense')).toBe('-32601 Method not found')
})

test('mock time is what blocks carry', async () => {
  await call('setmocktime', 1_800_000_000)
  await node.mine(1)
  expect(await call('getblockheader', (await call('getbestblockhash')) as string)).toMatchObject({
    time: 1_800_000_000,
  })
  await call('setmocktime', 0)
})
